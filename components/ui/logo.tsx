export function Logo({ size = 18 }: { size?: number }) {
  return (
    <svg className="ic" width={size} height={size} viewBox="0 0 18 18" aria-hidden="true">
      <path
        d="M4 14 C 4 7, 8 12, 9 8 S 12 4, 14 4"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.6"
        strokeDasharray="2.4 2"
        strokeLinecap="round"
      />
      <circle cx="4" cy="14" r="2.2" fill="var(--text)" />
      <circle cx="14" cy="4" r="2.6" fill="none" stroke="var(--text)" strokeWidth="1.8" />
    </svg>
  );
}
