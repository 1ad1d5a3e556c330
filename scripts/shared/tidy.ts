import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface HouseRule {
  where: RegExp;
  except?: RegExp;
  banned: RegExp;
  /** What to write in its place. */
  instead: string;
}

const TYPESCRIPT = /\.(ts|tsx|mjs)$/;
const BACKEND = /^backend\/.*\.ts$/;

/** The rules of the house that need no compiler: each is a pattern, where it is banned, and what to write in its place. */
const RULES: HouseRule[] = [
  { where: TYPESCRIPT, banned: /\bas any(\s*[;,.)\]}>]|$)/, instead: 'parse it into a type' },
  { where: TYPESCRIPT, banned: /\bparseFloat\(/, instead: 'use the integer units: value has no fractions' },
  { where: BACKEND, banned: /\bconsole\./, instead: 'use the logger' },
  {
    where: BACKEND,
    banned: /\bthrow new Error\(/,
    instead: 'throw a DomainError, whose message holds the remedy',
  },
  {
    where: /^backend\/[^/]+\//,
    except: /^backend\/(shared|database)\//,
    banned: /\bnew Date\(\)/,
    instead: 'ask the clock',
  },
  {
    where: /^test\//,
    banned: /\b(describe|context|it)\.(only|skip)\(|\bit\.todo\(/,
    instead: 'run every test',
  },
  {
    where: /^test\//,
    banned: /\.to\.be\.reverted\b/,
    instead: 'name the error and its arguments',
  },
  { where: /\.sol$/, banned: /\brequire\([^;]*,\s*"/, instead: 'use a custom error' },
  {
    where: /./,
    except: /^package-lock\.json$/,
    banned: /https?:\/\/(registry\.|deb\.|[\w.-]*(npmjs|debian))/,
    instead: 'name no registry host',
  },
  { where: /./, banned: /(^|[^\w.])\/(root|work|home\/\w+)\//, instead: 'name no path of a machine' },
];

/** In a domain, another domain's model and use cases may be imported, but not the places that hold its SQL and its HTTP. */
function foreignImports(path: string, line: string): string | undefined {
  const domain = /^backend\/([^/]+)\/.*\.ts$/.exec(path)?.[1];
  const target = /from '\.\.\/([^/']+)\/[^']*\.(repository|routes)\.ts'/.exec(line);
  if (!domain || !target || target[1] === domain) return undefined;
  return `imports the ${target[2]} of ${target[1]}: use one of its use cases`;
}

/** Paths of the project that a page names in `code`, from the top, and that are not there (any more). */
function deadPaths(root: string, line: string): string[] {
  const named = line.matchAll(/`((?:backend|contracts|scripts|test|web)\/[\w./-]+)`/g);
  return [...named].map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)));
}

function findingsIn(root: string, path: string, text: string): string[] {
  const rules = RULES.filter((rule) => rule.where.test(path) && !rule.except?.test(path));
  return text.split('\n').flatMap((line, index) => {
    const broken = rules.filter((rule) => rule.banned.test(line)).map((rule) => rule.instead);
    const foreign = foreignImports(path, line);
    const dead = path.endsWith('.md') ? deadPaths(root, line).map((name) => `${name} is not there`) : [];
    return [...broken, ...(foreign ? [foreign] : []), ...dead].map(
      (remedy) => `${path}:${index + 1} ${line.trim()}\n    ${remedy}`,
    );
  });
}

/** Every line of the project's own files that breaks a rule of the house, with what to write in its place. */
export function findUntidiness(root: string): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const text = /\.(ts|tsx|mjs|js|json|sol|md|css|html|prisma|sql|yml|toml)$|^\.(ci|npmrc)/;
  return list
    .split('\n')
    .filter((path) => text.test(path) && path !== 'scripts/shared/tidy.ts' && existsSync(join(root, path)))
    .flatMap((path) => findingsIn(root, path, readFileSync(join(root, path), 'utf8')));
}
