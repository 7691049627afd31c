import { PrismaPg } from "@prisma/adapter-pg";

interface Client {
  readonly job: {
    findUniqueOrThrow(query: { where: { id: number } }): Promise<{ status: string }>;
    updateMany(query: { where: { id: number }; data: { status: string; worker: string } }): Promise<unknown>;
  };
  $disconnect(): Promise<void>;
}

let prisma: Client;

export const setup = async ({ databaseUrl }: { databaseUrl: string }): Promise<void> => {
  const generated = new URL("../../../../.build/bench/prisma/client.ts", import.meta.url);
  const { PrismaClient } = (await import(generated.href)) as { PrismaClient: new (options: { adapter: PrismaPg }) => Client };
  prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl }) });
};

/** `update` would be a transaction of three statements, which no other layer has here. */
export default async ({ name }: { name: string }): Promise<string> => {
  const job = await prisma.job.findUniqueOrThrow({ where: { id: 1 } });
  if (job.status !== "pending") return "lost";
  await prisma.job.updateMany({ where: { id: 1 }, data: { status: "running", worker: name } });
  return "won";
};

export const teardown = (): Promise<void> => prisma.$disconnect();
