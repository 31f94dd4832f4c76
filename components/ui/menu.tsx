"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";

interface MenuProps {
  /** What the button says to who does not see it. */
  readonly label: string;
  readonly button: ReactNode;
  readonly className?: string;
  readonly children: (close: () => void) => ReactNode;
}

const ITEMS = ".menu button, .menu a";

/** A button with a few choices below it. Escape, a click elsewhere and a choice close it. */
export function Menu({ label, button, className = "ctl", children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const close = (): void => setOpen(false);
  useEffect(() => {
    if (!open) return undefined;
    box.current?.querySelector<HTMLElement>(ITEMS)?.focus();
    const onPointer = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  }, [open]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    // In a field the arrows are the field's own.
    if (!open || (event.target instanceof HTMLInputElement && event.key !== "Escape")) return;
    const items = [...(box.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      close();
      trigger.current?.focus();
    } else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} style={{ position: "relative" }} onKeyDown={onKeyDown}>
      <button
        ref={trigger}
        type="button"
        className={className}
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
        <span className="sr">{label}</span>
      </button>
      {open ? <div className="menu">{children(close)}</div> : null}
    </div>
  );
}

interface MenuItemsProps {
  readonly items: readonly (readonly [label: string, act: () => void])[];
  readonly close: () => void;
}

export function MenuItems({ items, close }: MenuItemsProps) {
  return items.map(([label, act]) => (
    <button
      key={label}
      type="button"
      onClick={() => {
        act();
        close();
      }}
    >
      {label}
    </button>
  ));
}
