import type { Job, JobRepository } from "./jobs.repository.js";

export class JobService {
  constructor(private readonly jobs: JobRepository) {}

  async claim(id: string, worker: string): Promise<Job> {
    const job = await this.jobs.find(id);
    if (job === null || job.status !== "pending") throw new Error(`job ${id} is not pending`);
    await this.jobs.start(id, worker);
    return job;
  }
}
