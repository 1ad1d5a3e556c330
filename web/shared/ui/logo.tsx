/** The tessera hospitalis: one stone, broken in two halves that fit each other only. */
export function Logo({ joined = false, className = 'size-8' }: { joined?: boolean; className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" overflow="visible">
      <path
        className={joined ? 'join-left' : ''}
        fill="#4059e6"
        d="M4 4h15l-3.5 5 4 4.5-5.5 5 3 4-3 5.5H4z"
      />
      <path
        className={joined ? 'join-right' : ''}
        transform={joined ? 'translate(-3.5 0)' : undefined}
        fill="#e0683c"
        d="M22.5 4H28v24H17.5l3-5.5-3-4 5.5-5-4-4.5z"
      />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-bold tracking-tight">
      <Logo className="size-7" />
      Tessera
    </span>
  );
}
