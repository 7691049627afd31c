/**
 * What calls outside every data layer mean for a race: which have no effect that could matter when it happens twice, and which functions
 * merely run a callback. Unresolved calls are judged by name, since their packages are often not installed.
 */
import type { CallInstruction } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { Targets } from "../program/facts.js";
import { isCommand } from "./commands.js";

/** Objects whose every method only reports: a word of the receiver's name decides. */
const reporters =
  /^(?:logger|log|logs|console|metrics?|tracer|tracing|span|propagation|telemetry|sentry|statsd|prometheus|histogram|counter|gauge|debug|winston|pino|rollbar|newrelic|posthog|analytics)$/i;
const reporterSuffix = /(?:Logger|Log|Metrics|Tracer|Span|Telemetry|Counter|Histogram)$/;
const reporterFunctions = new Set([
  "log",
  "debug",
  "warn",
  "captureException",
  "captureMessage",
  "addBreadcrumb",
  "setAttribute",
  "setTag",
  "setUser",
  "recordException",
  "logError",
  "logInfo",
  "logWarn",
  "updateProgress",
  "progress",
  "heartbeat",
]);

/** Answering the request that the code runs for: both callers get their own answer, which the loser's being wrong does not make a race. */
const responders = new Set(["res", "response", "reply", "Response", "NextResponse", "ctx"]);
const respond = new Set([
  "json",
  "send",
  "status",
  "redirect",
  "end",
  "header",
  "setHeader",
  "code",
  "type",
  "cookie",
  "render",
  "sendStatus",
  "writeHead",
  "throw",
  "next",
  "notFound",
]);

/** Names that say that a thing outside gets what `add` or `push` is given: on a set or a list they touch nothing but memory. */
const outlets =
  /(?:queue|bus|topic|channel|producer|publisher|broker|exchange|scheduler|outbox|sqs|sns|kafka|rabbit|amqp|pubsub|dispatcher|emitter)s?$/i;

/** Names that mean something else on such a thing than on plain data. */
const handingOver = new Set(["add", "push", "set", "delete", "unshift", "fill", "addBulk", "send", "clear"]);

/** Documents that are put together in memory; what becomes of them afterwards is another call. */
const documents = /^(?:pdf|pdfDoc|pdfDocument|pdfWriter|canvas|workbook|worksheet|zip|jsPDF|ExcelJS|JSZip|\w*builder)$/i;

/** What is put into a cache or taken out of it is there to be made again. */
const caches = /cache(?:Manager|Service|Client|Store|Provider)?$/i;

/** What is kept under a key of a store in memory for a while; lists and channels, which hand something over, are none. */
const stores = /^(?:\w*redis|kv|valkey|memcached|\w*cache)(?:Client|Service)?$/i;
const keeping =
  /^(?:p?expire(?:at)?|set|setex|setnx|psetex|getset|mset|incr(?:by)?|decr(?:by)?|del|unlink|h(?:set|mset|del|incrby)|z(?:add|rem)|s(?:add|rem)|touch)$/i;

/** A function that makes an object, where its result is used at once and not waited for: `const env = createEnv(schema)`. */
const making = /^(?:create|make|open|connect|mint|sign)(?:[A-Z]\w*)?$/;

/** Methods of plain data (strings, arrays, dates, numbers, maps, promises, schemas): no effect whatever the receiver is. */
const pure = new Set(
  (
    "trim trimStart trimEnd split join toLowerCase toUpperCase toString toJSON toISOString toLocaleString toLocaleDateString toFixed getTime getDate getDay getMonth getFullYear getHours getMinutes getSeconds " +
    "valueOf startsWith endsWith includes indexOf lastIndexOf slice substring substr replace replaceAll match matchAll test exec padStart padEnd repeat charAt charCodeAt localeCompare normalize concat " +
    "map filter find findIndex findLast some every reduce reduceRight flat flatMap sort reverse at keys values entries has get size isArray isInteger isFinite isNaN hasOwnProperty " +
    "parse safeParse parseAsync safeParseAsync validate isValid toObject toPlainObject toNumber toDate plus minus times dividedBy isBefore isAfter isSame diff add subtract startOf endOf format fromNow unix " +
    "equals compare verify sign digest hash createHash createHmac createCipheriv createDecipheriv setAuthTag getAuthTag final randomUUID randomBytes timingSafeEqual then catch finally bind pipe getOrThrow assign freeze stringify min max floor ceil round abs random pow sqrt push pop shift unshift splice fill set add delete clear forEach " +
    "setDate setHours setMinutes setSeconds setMonth setFullYear setTime isEmpty isNil isEqual pick omit cloneDeep merge groupBy keyBy uniq sortBy"
  ).split(" "),
);

/** Names that say that a function only looks or computes. */
const looking =
  /^(?:get|is|has|can|should|to|as|from|of|parse|format|compute|calculate|validate|normalize|decode|encode|encrypt|decrypt|hash|compare|verify|t|tr|translate|serialize|deserialize|current|active|inspect|describe|find|list|search|retrieve|lookup|count|exists|load|read|peek|head|select|download|width|height|measure)(?:[A-Z_].*)?$/;

/** Makes a cache read again, which it does as well if it is told so twice. */
const forgetting = /^(?:in|re)validate(?:[A-Z]\w*)?$/;

/** Packages without effects outside the process. Exact names. */
const purePackages = new Set(
  "lodash lodash-es ramda date-fns date-fns-tz @date-fns/tz @date-fns/utc dayjs moment moment-timezone luxon uuid nanoid ulid zod yup joi ajv class-validator class-transformer bcrypt bcryptjs argon2 jsonwebtoken jose crypto node:crypto path node:path url node:url util node:util assert node:assert fp-ts neverthrow decimal.js big.js bignumber.js ms slugify validator semver qs reflect-metadata tslib cron-parser superjson immer clsx tsyringe pdf-lib pdfkit jspdf docx exceljs xlsx papaparse csv-parse csv-stringify jszip archiver sharp handlebars mustache ejs marked sanitize-html he cheerio mime mime-types file-type qrcode otplib speakeasy openid-client ipaddr.js libphonenumber-js diff react react-dom @react-email/components @react-email/render ai @nestjs/common typeorm @prisma/client".split(
    " ",
  ),
);

/** Functions that send a request, and read unless an argument says otherwise. */
const requests = /(?:^|\.)(?:fetch|axios|got|ky)$/;

/** Asked to compute something, and changes nothing: models that generate text, vectors. */
const computing = /(?:(?:completions|embeddings|moderations)\.(?:create|parse)|chat\.complete)$/;

/** `client.send(new GetObjectCommand(..))`. */
const readingCommand = /^(?:Get|List|Head|Describe|BatchGet|Query|Scan|Lookup)[A-Z]\w*Command$/;

/** Whether a call only looks at something outside: a GET request. Asked again where a caller's arguments are known. */
export function isLookup(text: string, inputs: readonly Value[]): boolean {
  if (computing.test(text)) return true;
  const [first] = inputs;
  if (text.endsWith(".send") && first?.kind === "call") return readingCommand.test(first.name);
  return requests.test(text) && inputs.every((v, i) => (i === 0 && v.kind !== "object") || isReading(v));
}

/** Names of commands that take something away or switch it off. */
const removing = /^(?:delete|destroy|purge|revoke|deactivate|unsubscribe|unregister|clean[uU]p|tear[dD]own)(?:[A-Z]\w*)?$/;

/** `client.send(new DeleteObjectCommand({ Key }))`, `revokeKey(key)`: what is gone already stays gone, whoever asks again. */
export function isRemoval(text: string, [first]: readonly Value[]): boolean {
  if (removing.test(text.split(".").at(-1) ?? "")) return true;
  return text.endsWith(".send") && first?.kind === "call" && /^Delete[A-Z]\w*Command$/.test(first.name);
}

/** Asks for a token in exchange for another: who asks twice gets two. */
export function asksForToken(value: Value, depth = 4): boolean {
  if (depth === 0) return false;
  if (value.kind === "call" || value.kind === "computed") return value.inputs.some((v) => asksForToken(v, depth - 1));
  if (value.kind !== "object") return false;
  return value.parts.some((p) =>
    p.kind === "field" && p.name === "grant_type" ? p.value.kind === "const" : asksForToken(p.value, depth - 1),
  );
}

/** The options of a request: GET is what is sent if no method is named. */
function isReading(options: Value): boolean {
  if (options.kind === "const") return options.value === undefined;
  if (options.kind !== "object") return false;
  return options.parts.every((p) => {
    if (p.kind === "spread") return false;
    if (p.name === "body" || p.name === "data" || p.name === "json") return p.value.kind === "const" && p.value.value === undefined;
    return p.name !== "method" || (p.value.kind === "const" && /^(?:get|head|options)$/i.test(String(p.value.value)));
  });
}

/** Built-in objects whose functions have effects outside the process. */
const effectfulBuiltins = new Set(["fetch", "XMLHttpRequest", "WebSocket"]);

/** Functions that run their callback once, now, and are no lock: tracing, context, retry, batching. */
const transparent = new Set([
  "startSpan",
  "startActiveSpan",
  "startInactiveSpan",
  "withSpan",
  "trace",
  "runInContext",
  "runWithContext",
  "runOutsideAngular",
  "tryCatch",
  "wrap",
  "measure",
  "time",
  "step",
  "unstable_cache",
  "cache",
  "attempt",
  "tryit",
  "pRetry",
  "retry",
  "withRetry",
  "backOff",
  "runInAction",
  "act",
]);

/** A call that no function of the program answers. */
export interface UnknownCall {
  /** The callee as written: `mailer.send`. */
  readonly text: string;
  readonly targets: Targets;
  readonly receiver: Value | undefined;
  readonly arguments: readonly Value[];
  readonly instruction: CallInstruction;
}

/** Whether the call cannot matter when it happens twice. */
export function isHarmless({ text, targets, receiver, arguments: inputs, instruction }: UnknownCall): boolean {
  if (instruction.tagged || isLookup(text, inputs)) return true;
  // A method of a name that is declared nowhere says nothing of the environment.
  const isUndeclared = targets.kind === "builtin" && targets.owner === "" && receiver !== undefined;
  if (targets.kind === "builtin" && !isUndeclared) return !effectfulBuiltins.has(targets.name) && !effectfulBuiltins.has(targets.owner);
  if (targets.kind === "external" && purePackages.has(targets.package)) return true;
  const names = text.split(".");
  const last = names.at(-1) ?? "";
  if (isReport(text)) return true;
  if (handingOver.has(last) && outlets.test(names.at(-2) ?? "") && !(receiver !== undefined && isData(receiver))) return false;
  if (documents.test(names.at(-2) ?? "") || (receiver !== undefined && isPartOfDocument(receiver))) return true;
  if (reporterFunctions.has(last) || pure.has(last) || looking.test(last) || forgetting.test(last)) return true;
  if (caches.test(names.at(-2) ?? "") || !isCommand(last)) return true;
  if (stores.test(names.at(-2) ?? "") && keeping.test(last)) return true;
  if (instruction.use === "value" && receiver === undefined && making.test(last)) return true;
  if (respond.has(last) && answersRequest(names, last, receiver)) return true;
  if (receiver !== undefined && isReportingChain(receiver)) return true;
  return receiver !== undefined && (isData(receiver) || isPureResult(receiver));
}

/** Whether the call, as written, only writes a log line or a metric: what such a function does in detail is nobody's business. */
export function isReport(text: string): boolean {
  const names = text.split(".");
  return names.length > 1 && isReporter(names.at(-2) ?? "");
}

/** A mailer that was passed in sends, too: of what else is passed in only what no other thing has answers the request. */
function answersRequest(names: readonly string[], last: string, receiver: Value | undefined): boolean {
  if (names.length === 1 || responders.has(names[0] ?? "")) return true;
  return last !== "send" && (receiver?.kind === "parameter" || receiver?.kind === "call");
}

/** `PDFDocument.create()`, and what its methods return: `pdfDoc.addPage().drawText(..)`. */
function isPartOfDocument(value: Value): boolean {
  if (value.kind === "member" || value.kind === "element") return isPartOfDocument(value.kind === "member" ? value.base : value.list);
  if (value.kind !== "call") return false;
  const [on] = value.inputs;
  return value.name.split(".").some((name) => documents.test(name)) || (on !== undefined && isPartOfDocument(on));
}

/** A call on what a pure function returned: `createHash("sha256").update(token)`. */
function isPureResult(value: Value): boolean {
  return value.kind === "call" && pure.has(value.name.split(".").at(-1) ?? "");
}

/** Whether an unresolved function merely runs the callback it is given. */
export function isTransparentWrapper(text: string, targets: Targets): boolean {
  if (targets.kind === "builtin") return true;
  // An `AsyncLocalStorage` by its name: Node's types are often not there.
  if (/(?:storage|als|context|cls)\.run$/i.test(text)) return true;
  return transparent.has(text.split(".").at(-1) ?? "");
}

function isReporter(name: string): boolean {
  return reporters.test(name) || reporterSuffix.test(name);
}

function isReportingChain(value: Value): boolean {
  if (value.kind === "member") return isReporter(value.name) || isReportingChain(value.base);
  if (value.kind === "call")
    return isReporter(value.name.split(".").at(-1) ?? "") || (value.inputs[0] !== undefined && isReportingChain(value.inputs[0]));
  return value.kind === "global" && isReporter(value.name);
}

/** Rows, columns and values computed from them have no methods with effects on the world; what is data or not known is data. */
function isData(value: Value): boolean {
  switch (value.kind) {
    case "join":
      return (
        value.alternatives.some((a) => isData(a.value)) && value.alternatives.every((a) => a.value.kind === "unknown" || isData(a.value))
      );
    case "const":
    case "result":
    case "element":
    case "list":
    case "mapped":
    case "filtered":
    case "computed":
    case "binary":
    case "clock":
    case "affected":
      return true;
    case "member":
      return isData(value.base);
    default:
      return false;
  }
}
