import type { ReactNode } from 'react';

/** As much of Markdown as our own texts use: headings, paragraphs, lists, fenced code, `code` and links. */
export function Markdown({ text }: { text: string }) {
  return blocksOf(text).map((block) => <Block key={block} text={block} />);
}

/** What stands between empty lines; code may have some inside. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  const block: string[] = [];
  let isCode = false;
  for (const line of [...text.split('\n'), '']) {
    if (line.startsWith('```')) isCode = !isCode;
    if (line !== '' || isCode) block.push(line);
    else if (block.length > 0) blocks.push(block.splice(0).join('\n'));
  }
  return blocks;
}

function Block({ text }: { text: string }) {
  const fence = /^```(\w*)\n([\s\S]*?)\n?```$/.exec(text);
  if (fence) return <Code text={fence[2] ?? ''} label={fence[1] === 'ts' ? 'TypeScript' : 'Shell'} />;
  if (text.startsWith('### '))
    return <h3 className="mt-8 mb-2 text-lg font-bold tracking-tight">{text.slice(4)}</h3>;
  if (text.startsWith('- '))
    return (
      <ul className="my-3 list-disc space-y-2 pl-5">
        {text.split(/\n(?=- )/).map((item) => (
          <li key={item}>{inline(item.slice(2))}</li>
        ))}
      </ul>
    );
  return <p className="my-3">{inline(text)}</p>;
}

/** A block of code that breaks its lines, so that nobody has to scroll sideways. */
export function Code({ text, label }: { text: string; label?: string }) {
  return (
    <figure className="my-3 overflow-hidden rounded-2xl border border-line bg-surface">
      {label ? (
        <figcaption className="border-b border-line px-4 py-1.5 text-xs font-semibold text-muted">
          {label}
        </figcaption>
      ) : null}
      <pre className="px-4 py-3 font-mono text-[0.8125rem] leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]">
        <code>{text}</code>
      </pre>
    </figure>
  );
}

/** A line with its `code`, **strong words** and links. */
export function inline(text: string): ReactNode[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part, index) => {
    // Parts of one text never move, so their places are their keys.
    const key = `${index} ${part}`;
    if (part.startsWith('`'))
      return (
        <code
          key={key}
          className="rounded bg-raised px-1 py-0.5 font-mono text-[0.85em] [overflow-wrap:anywhere]"
        >
          {part.slice(1, -1)}
        </code>
      );
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part);
    if (!link) return part;
    return (
      <a key={key} className="link" href={link[2]}>
        {link[1]}
      </a>
    );
  });
}
