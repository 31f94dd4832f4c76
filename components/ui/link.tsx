import NextLink from "next/link";
import type { ComponentProps } from "react";

/** A link within the console. Pages are not asked for beforehand: a list of a hundred links would be two hundred requests. */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
