import { Column, Entity, PrimaryColumn, type Repository } from "typeorm";

@Entity("jobs")
export class Job {
  @PrimaryColumn("uuid") id!: string;
  @Column("text") status!: "pending" | "running" | "done";
  @Column("text", { nullable: true }) worker!: string | null;
}

export class JobRepository {
  constructor(private readonly jobs: Repository<Job>) {}

  find(id: string): Promise<Job | null> {
    return this.jobs.findOneBy({ id });
  }

  async start(id: string, worker: string): Promise<void> {
    await this.jobs.update({ id }, { status: "running", worker });
  }
}
