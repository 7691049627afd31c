/** A back end of any size, the same for the same size: features of twenty files each, of which four know the database. */
import { Random } from "../../tools/random.js";
import { controller, entity, repository, service, worker } from "./layered.js";
import { client, constants, dto, format, guard, helper, index, mapper, policy, types, view } from "./plain.js";

/** One feature, its names, and the features that it calls. */
export interface Feature {
  /** `order12`: its folder and the stem of its files. */
  readonly name: string;
  /** `Order12`: the stem of its classes and types. */
  readonly type: string;
  readonly random: Random;
  /** Features whose services, helpers and types it uses: none of them uses this one, so that no import is circular. */
  readonly uses: readonly Feature[];
}

export interface GeneratedFile {
  /** Below the application's folder. */
  readonly path: string;
  readonly text: string;
}

type Template = readonly [suffix: string, text: (feature: Feature) => string];

/** What a feature is made of. Those before the empty line touch the database, directly or through others. */
const templates: readonly Template[] = [
  ["entity", entity],
  ["repository", repository],
  ["service", service],
  ["controller", controller],
  ["worker", worker],

  ["types", types],
  ["dto", dto],
  ["create.dto", (feature) => dto({ ...feature, type: `${feature.type}Create` })],
  ["constants", constants],
  ["helper", helper],
  ["dates.helper", (feature) => helper({ ...feature, type: `${feature.type}Dates` })],
  ["text.helper", (feature) => helper({ ...feature, type: `${feature.type}Text` })],
  ["mapper", mapper],
  ["format", format],
  ["guard", guard],
  ["policy", policy],
  ["client", client],
  ["view", view],
  ["summary.view", (feature) => view({ ...feature, type: `${feature.type}Summary` })],
  ["index", index],
];

const nouns = ["order", "invoice", "job", "ticket", "parcel", "voucher", "account", "device", "booking", "report"] as const;

export const filesOfAFeature = templates.length;

/** The first `count` files of an endless application, feature by feature. */
export function generateApplication(count: number): readonly GeneratedFile[] {
  const features: Feature[] = [];
  while (features.length * filesOfAFeature < count) features.push(featureAfter(features));
  return features.flatMap((feature) => filesOf(feature)).slice(0, count);
}

function featureAfter(earlier: readonly Feature[]): Feature {
  const random = new Random(earlier.length + 1);
  const noun = nouns[earlier.length % nouns.length] ?? nouns[0];
  const name = `${noun}${earlier.length}`;
  const uses = earlier.length === 0 ? [] : [random.pick(earlier.slice(-20)), random.pick(earlier)];
  return { name, type: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, random, uses: [...new Set(uses)] };
}

function filesOf(feature: Feature): readonly GeneratedFile[] {
  return templates.map(([suffix, text]) => ({ path: `src/${feature.name}/${feature.name}.${suffix}.ts`, text: text(feature) }));
}
