import path from "node:path";
import ts from "typescript";

/** What the compiler says of a file with this text, in the project whose `tsconfig.json` is nearest to it. */
export function typeErrors(file: string, text: string): readonly string[] {
  const { host, options } = projectOf(path.dirname(file));
  const program = ts.createProgram({
    rootNames: [file],
    options,
    host: {
      ...host,
      getSourceFile: (name, version, ...rest) =>
        path.resolve(name) === file ? ts.createSourceFile(name, text, version, true) : host.getSourceFile(name, version, ...rest),
    },
  });
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((d) =>
    ts.flattenDiagnosticMessageText(d.messageText, "\n"),
  );
}

interface Project {
  readonly options: ts.CompilerOptions;
  readonly host: ts.CompilerHost;
}

const projects = new Map<string, Project>();

/** The libraries' declarations are large: each file is parsed once. */
function projectOf(folder: string): Project {
  const known = projects.get(folder) ?? createProject(folder);
  projects.set(folder, known);
  return known;
}

function createProject(folder: string): Project {
  const config = ts.findConfigFile(folder, (name) => ts.sys.fileExists(name)) ?? "";
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    path.dirname(config),
  );
  const host = ts.createCompilerHost(options, true);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  return {
    options,
    host: {
      ...host,
      getSourceFile(name, version, ...rest) {
        if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, version, ...rest));
        return parsed.get(name);
      },
    },
  };
}
