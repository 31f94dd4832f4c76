"use client";

import { useState } from "react";

/** Copies a text, and says so for a moment. */
export function useCopied(): readonly [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  const copy = (text: string): void => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
    setTimeout(() => setCopied(false), 1_500);
  };
  return [copied, copy];
}
