"use client";

import NextLink from "next/link";
import type { ComponentProps } from "react";
import { useViewTime } from "../time/view-time.tsx";
import { hrefAt } from "../time/href-at.ts";

/**
 * A link within the console. Pages are not asked for beforehand: a list of a hundred links would be two hundred requests. Who looks
 * at a moment that is over stays there from page to page.
 */
export function Link({ href, ...props }: ComponentProps<typeof NextLink>) {
  const { at } = useViewTime();
  return <NextLink prefetch={false} href={typeof href === "string" ? hrefAt(href, at) : href} {...props} />;
}
