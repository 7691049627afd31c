/** The schema and client that the Prisma tests use. */
import type { Handle, Value } from "../../../src/ir/value.js";
import { prisma } from "../../../src/models/prisma/model.js";
import { factsOf, TestContext } from "../context.js";

export const schemaText = `
generator client {
  provider = "prisma-client"
  output   = "../src/generated/prisma"
}

enum Status {
  PENDING
  RUNNING
}

model Job {
  id       String    @id @default(uuid())
  status   Status    @default(PENDING)
  attempts Int       @default(0)
  tags     String[]
  payload  Json?
  slug     String    @unique
  runAt    DateTime?
  owner    User?     @relation(fields: [ownerId], references: [id])
  ownerId  String?
  logs     Log[]

  @@unique([ownerId, slug])
  @@unique(fields: [status, slug], name: "byStatus")
}

model User {
  id   String @id
  name String
  jobs Job[]
}

model Log {
  id    Int    @id @default(autoincrement())
  text  String
  job   Job    @relation(fields: [jobId], references: [id])
  jobId String

  @@id([jobId, id(sort: Desc)])
}
`;

export function prismaContext(text: string | undefined = schemaText): TestContext {
  return new TestContext(factsOf({ schemas: text === "" ? [] : [{ path: "/app/prisma/schema.prisma", text }] }));
}

export function outer(context: TestContext): Value {
  return context.values.make({ kind: "global", key: "prisma:outer", name: "prisma:outer" });
}

export function client(context: TestContext): Handle {
  return { model: "prisma", type: "client", entity: undefined, connection: outer(context), steps: [] };
}

export function delegate(context: TestContext, name = "job"): Handle {
  const value = prisma.property(client(context), name, context.call([]));
  if (value?.kind !== "handle") throw new Error(`${name} is no delegate`);
  return value;
}
