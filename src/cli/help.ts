export const help = `Usage: check-then-act fix [FILE | FILE:LINE] [--write] [--force]

Prints a patch that fixes the races which eslint-plugin-check-then-act reports, also where read, check and
write are in different functions and files: the function that writes takes what was checked as one more,
optional argument and says whether a row changed; the function that checks leaves by the check's own exit if
none did. Races are looked for with the project's own ESLint configuration. A fix is left out, and the reason
told, if it would not type-check or if the race would still be reported after it.

  check-then-act fix                         all files that ESLint lints in this folder
  check-then-act fix src/job.service.ts      the races that are reported in this file
  check-then-act fix src/job.service.ts:19   the race that is reported in this line
  check-then-act fix > races.patch && git apply races.patch

Options:
  --write        change the files instead of printing a patch; refused if git says that the work tree is dirty
  --force        with --write: also in a dirty work tree, and outside of git
  -h, --help     this text
  -v, --version  the plugin's version

Exit codes:
  0  every reported race is fixed by the patch, or none is reported
  1  a reported race is left without a fix; the patch has the others
  2  wrong usage, or the project cannot be linted
`;
