import { useState } from 'react';
import { isNode, type Link, linkTo, sourceProblem } from './link.ts';

/** Where to read from, and at which block. Anybody may put their own node here; the link then carries it. */
export function SourceForm({ link }: { link: Link }) {
  const { source } = link;
  const [rpcUrl, setRpcUrl] = useState(source?.rpcUrl ?? '');
  const [coalition, setCoalition] = useState<string>(source?.coalition ?? '');
  const [block, setBlock] = useState(link.block?.toString() ?? '');
  const [second, setSecond] = useState(link.second ?? '');
  const [problem, setProblem] = useState<string>();
  const submit = () => {
    const [node, hub, at] = [rpcUrl.trim(), coalition.trim() as `0x${string}`, block.trim()];
    const other = second.trim();
    const found = sourceProblem(node, hub) ?? blockProblem(at) ?? secondProblem(other);
    setProblem(found);
    if (found) return;
    // Another coalition may be on another chain.
    const chainId = hub.toLowerCase() === source?.coalition.toLowerCase() ? source.chainId : undefined;
    const next = { rpcUrl: node, coalition: hub, chainId };
    location.hash = linkTo({
      ...link,
      source: next,
      block: at === '' ? undefined : BigInt(at),
      second: other || undefined,
    });
  };
  return (
    <form
      className="panel p-5 print:hidden"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2 className="text-xl font-bold tracking-tight">Don’t take our node’s word</h2>
      <p className="mt-1 text-muted">
        All figures come from one node of the chain, and none from our servers. Name any other node, yours for
        example. On your first visit this site proposes node and address; compare the address with one that
        you have from elsewhere.
      </p>
      <div className="mt-4 grid gap-4 md:grid-cols-2">
        <Field label="Node (RPC address)" type="url" value={rpcUrl} onChange={setRpcUrl} />
        <Field label="Coalition’s address" value={coalition} onChange={setCoalition} />
        <Field
          label="A second node, to compare"
          type="url"
          value={second}
          placeholder="nobody"
          onChange={setSecond}
        />
        <Field label="Block" inputMode="numeric" value={block} placeholder="newest" onChange={setBlock} />
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-4">
        <button type="submit" className="button button-quiet">
          Read from there
        </button>
        {source?.chainId === undefined ? null : (
          <a className="link text-sm" href={linkTo({ ...link, source: { ...source, chainId: undefined } })}>
            Any chain, not only {source.chainId}
          </a>
        )}
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      </div>
    </form>
  );
}

const secondProblem = (node: string): string | undefined =>
  node === '' || isNode(node) ? undefined : 'The second node’s address begins with http:// or https://.';

const blockProblem = (block: string): string | undefined =>
  /^\d{0,18}$/.test(block) ? undefined : 'A block is a number; leave it empty for the newest.';

function Field({
  label,
  onChange,
  ...input
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'url';
  inputMode?: 'numeric';
  placeholder?: string;
}) {
  return (
    <label>
      <span className="label">{label}</span>
      <input
        className="field"
        spellCheck={false}
        autoComplete="off"
        {...input}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
