// A dialog over the page. The browser keeps the focus in it and gives it back, and Escape closes it.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export function Dialog({
  open,
  title,
  onClose,
  children,
  name,
}: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  name: string;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // That it closes was this page's doing: the event comes later, when it may be open again.
  const closing = useRef(false);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    if (open && !current?.open) current?.showModal();
    if (!open && current?.open) {
      closing.current = true;
      current.close();
    }
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby={id}
      onClose={() => {
        if (!closing.current) onClose();
        closing.current = false;
      }}
    >
      {open && (
        <>
          <div class="title">
            <h2 id={id}>{title}</h2>
            <button type="button" class="small close" onClick={onClose}>
              Close
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
