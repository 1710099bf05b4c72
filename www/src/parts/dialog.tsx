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
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    if (open && !current?.open) current?.showModal();
    if (!open && current?.open) current.close();
  }, [open]);
  return (
    <dialog ref={dialog} class={name} aria-labelledby={id} onClose={onClose}>
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
