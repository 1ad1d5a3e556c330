import { X } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useUiWords } from './words.ts';

/** A native modal dialog, mounted while it is open: focus, Escape and a tap beside it come from the browser. */
export function Sheet({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { close } = useUiWords();
  // Before the dialog leaves the document, so that focus goes back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      closedby="any"
      aria-labelledby="sheet-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="px-6 pb-[max(1.5rem,env(safe-area-inset-bottom))]">
        <div className="sticky top-0 z-10 flex bg-surface pt-5 pb-4 items-center justify-between gap-4">
          <h2 id="sheet-title" className="text-xl font-bold tracking-tight">
            {title}
          </h2>
          <button type="button" className="icon-button" aria-label={close} onClick={onClose}>
            <X size={20} aria-hidden="true" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
