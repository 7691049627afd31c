import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function buy(check: string, write: string, operators = "MoreThanOrEqual"): string {
  return `import { Column, Entity, ${operators === "" ? "" : `${operators}, `}PrimaryColumn, type Repository } from "typeorm";
import { mailer } from "./mailer.js";
@Entity()
export class Product {
  @PrimaryColumn("text") id!: string;
  @Column("int") stock!: number;
  @Column("text") name!: string;
}
export const operators = [${operators}];
export async function buy(products: Repository<Product>, id: string, amount: number): Promise<void> {
  const product = await products.findOneByOrFail({ id });
  ${check}
  ${write}
  await mailer.send(id);
}
`;
}

const enough = `if (product.stock < amount) throw new Error("sold out");`;
const computed = "await products.update(id, { stock: product.stock - amount });";
const atomic = `const { affected } = await products.decrement({ id, stock: MoreThanOrEqual(amount) }, "stock", amount);
  if (affected !== 1) throw new Error("sold out");`;

testSuggestions("increment with a guard (TypeORM)", rule, [
  {
    name: "the condition in the filter, the amount to the database, and the count decides",
    code: buy(enough, computed),
    suggestions: [{ messageId: "increment", output: buy(enough, atomic) }],
  },
  {
    name: "the check is kept in a constant",
    code: buy(`const isEnough = product.stock >= amount; // now\n  if (!isEnough) throw new Error("sold out");`, computed),
    suggestions: [
      {
        messageId: "increment",
        output: buy(`const isEnough = product.stock >= amount; // now\n  if (!isEnough) throw new Error("sold out");`, atomic),
      },
    ],
  },
  {
    name: "something else is set too",
    code: buy(enough, `await products.update(id, { stock: product.stock - amount, name: "sold" });`),
    suggestions: [],
  },
]);
