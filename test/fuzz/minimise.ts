/**
 * The text with as many lines taken out as possible while it still fails: ever smaller runs of lines are tried (`ddmin`). `most`: how
 * often `fails` is asked.
 */
export async function minimise(text: string, fails: (text: string) => Promise<boolean>, most: number): Promise<string> {
  let lines = text.split("\n");
  let asked = 0;
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < lines.length && asked < most;) {
      const fewer = lines.toSpliced(start, size);
      asked++;
      if (fewer.length > 0 && (await fails(fewer.join("\n")))) lines = fewer;
      else start += size;
    }
  }
  return lines.join("\n");
}
