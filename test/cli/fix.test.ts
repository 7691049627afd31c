import { describe, expect, it } from "vitest";
import { jobs, pgJobs } from "./jobs.js";
import { Project } from "./project.js";

const patch = `--- a/racy/job.repository.ts
+++ b/racy/job.repository.ts
@@ -12,7 +12,8 @@
     return this.jobs.findOneByOrFail({ id });
   }
 
-  async markRunning(id: string, worker: string): Promise<void> {
-    await this.jobs.update({ id }, { status: "running", worker, startedAt: new Date() });
+  async markRunning(id: string, worker: string, expected?: Pick<Job, "status">): Promise<boolean> {
+    const { affected } = await this.jobs.update({ id, ...(expected && { status: expected.status }) }, { status: "running", worker, startedAt: new Date() });
+    return affected === 1;
   }
 }
--- a/racy/job.service.ts
+++ b/racy/job.service.ts
@@ -16,7 +16,7 @@
   async process(jobId: string, worker: string): Promise<void> {
     const job = await this.jobs.findById(jobId);
     if (!isWaiting(job)) return;
-    await this.jobs.markRunning(job.id, worker); // race: no-racy-transition
+    if (!(await this.jobs.markRunning(job.id, worker, job))) return; // race: no-racy-transition
     await this.renderer.render(job.report);
   }
 }
`;

describe("the four-file job processor", () => {
  it("gets a patch of two files, which git applies, and which compiles and lints clean", async () => {
    const project = new Project(jobs);
    project.commit();
    const { code, out, err } = await project.run("fix");
    expect(err).toContain("fixed:     racy/job.service.ts:19 'status' of Job\n1 of 1 race fixed.\n");
    expect({ code, out }).toEqual({ code: 0, out: patch });
    project.write("races.patch", out);
    project.git("apply", "races.patch");
    expect(project.errors()).toEqual([]);
    expect(await project.lint()).toEqual([]);
  });

  it("is written with --write, and then there is nothing left", async () => {
    const project = new Project(jobs);
    project.commit();
    expect(await project.run("fix", "racy/job.service.ts:19", "--write")).toMatchObject({ code: 0, out: "" });
    expect(project.git("diff", "--stat")).toContain("2 files changed, 4 insertions(+), 3 deletions(-)");
    const { code, out, err } = await project.run("fix");
    expect({ code, out, err: err.split("\n").at(-2) }).toEqual({ code: 0, out: "", err: "No race is reported: nothing to fix." });
  });

  it("is left alone in a dirty work tree", async () => {
    const project = new Project(jobs);
    project.commit();
    project.write("report-renderer.ts", `${project.read("report-renderer.ts")}\n`);
    const { code, err } = await project.run("fix", "--write");
    expect({ code, err }).toEqual({
      code: 2,
      err: "check-then-act: the work tree has changes that are not committed; commit them, or add --force to write all the same.\n",
    });
    expect(await project.run("fix", "--write", "--force")).toMatchObject({ code: 0 });
  });
});

describe("its twin in node-postgres", () => {
  it("asks in the statement's text, and compiles and lints clean", async () => {
    const project = new Project(pgJobs);
    project.commit();
    expect(await project.run("fix", "--write")).toMatchObject({ code: 0 });
    expect(project.read("racy/job.repository.ts")).toContain(
      `  async markRunning(id: string, worker: string, expected?: { status: "pending" | "running" | "done" }): Promise<boolean> {
    const { rowCount } = await this.pool.query("UPDATE jobs SET status = 'running', worker = $2, started_at = now() WHERE id = $1 AND ($3::text IS NULL OR status::text = $3)", [id, worker, expected?.status]);
    return rowCount === 1;
  }`,
    );
    expect(project.read("racy/job.service.ts")).toContain("    if (!(await this.jobs.markRunning(job.id, worker, job))) return;");
    expect(project.errors()).toEqual([]);
    expect(await project.lint()).toEqual([]);
  });

  it("is left alone where the text is not written in the call", async () => {
    const repository = pgJobs["racy/job.repository.ts"]?.replace(
      /await this\.pool\.query\(("UPDATE.*"), \[id, worker\]\)/,
      "const text = $1;\n    await this.pool.query(text, [id, worker])",
    );
    const project = new Project({ ...pgJobs, "racy/job.repository.ts": repository ?? "" });
    project.commit();
    const { code, err } = await project.run("fix");
    expect(code).toBe(1);
    expect(err).toContain("the statement's text is not written where it is sent");
  });
});
