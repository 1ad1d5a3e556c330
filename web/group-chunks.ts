/** What the bundler tells of a module: who imports it. */
interface Graph {
  getModuleInfo(
    id: string,
  ): { isEntry: boolean; importers: readonly string[]; dynamicImporters: readonly string[] } | null;
}

/** Libraries that are imported by one file which names everything: who imports them says nothing of what is used. */
const SPLIT_BY_USE = /node_modules\/(viem|@noble|@scure|abitype|ox|wagmi|@wagmi)\//;

/**
 * Names the chunk that a module belongs to by the pages that need it from the start, so that each page starts with few files and none that
 * another page alone needs. `null` leaves it to the bundler: what is loaded later, and the scripts that start a page, which nobody else
 * must run.
 */
export function nameChunk(id: string, graph: Graph): string | null {
  if (SPLIT_BY_USE.test(id) || /\/main\.tsx$|\.html$/.test(id)) return null;
  const { atStart, ever } = pagesOf(id, graph);
  if (atStart.size === 0) return null;
  // One page's own, that another one may load later: it is no part of that page's start.
  if (atStart.size === 1 && ever.size > 1) return null;
  // What the audit page shares with other pages is React and next to nothing, and another file costs a request.
  if (atStart.size > 1 && atStart.has('audit')) return 'start-audit-docs-till-wallet';
  return `start-${[...atStart].sort().join('-')}`;
}

/** The pages that a module is part of: from the start, and from the start or later. */
function pagesOf(id: string, graph: Graph): { atStart: Set<string>; ever: Set<string> } {
  const collect = (importersOf: (module: string) => readonly string[]) => {
    const pages = new Set<string>();
    const seen = new Set([id]);
    for (const module of seen) {
      if (graph.getModuleInfo(module)?.isEntry) pages.add(pageOf(module));
      for (const importer of importersOf(module)) seen.add(importer);
    }
    return pages;
  };
  const staticOf = (module: string) => graph.getModuleInfo(module)?.importers ?? [];
  const allOf = (module: string) => [
    ...staticOf(module),
    ...(graph.getModuleInfo(module)?.dynamicImporters ?? []),
  ];
  return { atStart: collect(staticOf), ever: collect(allOf) };
}

/** "till" of ".../web/till/index.html"; the wallet's document is at the top. */
function pageOf(id: string): string {
  const folder = /\/(\w+)\/index\.html/.exec(id)?.[1] ?? 'wallet';
  return folder === 'web' ? 'wallet' : folder;
}
