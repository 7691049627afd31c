/** Names of functions that do something: what happens when one is called twice may matter. */

/**
 * Verbs with which commands begin. What else a function is called (`publicKey`, `settings`, `$`) names what it gives; `set`, `refresh` and
 * `sync` say that it makes something what it is to be, once or twice.
 */
const verbs = new Set(
  (
    "abandon accept acquire activate add advance alert allocate announce append apply approve archive assign attach authorize award ban begin bill block bind book broadcast burn buy " +
    "call cancel capture cast change charge claim close commit complete confirm connect consume copy create credit deal debit decline decrement deduct deliver deny deploy deposit detach dial disable discharge disconnect dispatch dispense disburse distribute donate draw duplicate " +
    "email emit enable enqueue enroll escalate exchange exec execute expire export extend fail finalize finish fire flag flush fork forward freeze fulfil fulfill fund give grant handle hire hold import increase increment ingest initiate insert install instantiate invite invoke issue " +
    "join kick launch lease leave let lend link liquidate lock log mail make mark merge message migrate mint modify move mutate notify offer on open order patch pause pay perform ping place play post prepay process produce promote propagate provision publish pull purchase push put " +
    "queue raise reactivate receive record redeem redirect reduce refill refund register reject release remind remit rename render renew rent reopen replace replay reply report repost request requeue rerun reschedule resend reserve reset resolve respond restart restore resubmit resume retire retry return reverse reward roll rotate run " +
    "save schedule seize sell send settle setup share ship shut sign sms spawn spend spin stake start stop store stream submit subscribe swap switch tag take tap terminate ticket top track transfer transition transmit trigger unblock unlink unlock unstake update upgrade upload upsert verify void vote wake warn whitelist win wire withdraw write"
  ).split(" "),
);

/** How it is done comes before what is done: `tryCharge`, `bulkInsert`. */
const manners = new Set("do try maybe safe safely async batch bulk auto force".split(" "));

/** Makes an object in memory and nothing else: `createClient()`, `createContext()`. */
const factory =
  /^(?:create|make|open|connect)\w*(?:Client|Transport|Transporter|Context|Logger|Error|Exception|Stream|Element|Server|Instance|Adapter|Selector|Schema|Interface|Hash|Hmac|Signature|Url|URL|Response|Request|Query|Filter|Builder|Factory|Service|Repository|Options|Config|Date|Map|Set|Array)$/;

/** Whether a function of this name may do something outside: not one that is named after what it gives. */
export function isCommand(name: string): boolean {
  if (factory.test(name)) return false;
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)?.map((w) => w.toLowerCase()) ?? [];
  const [first, second] = words;
  return first !== undefined && (verbs.has(first) || (manners.has(first) && second !== undefined && verbs.has(second)));
}
