/** What the palette can open or do. Decided here; what happens then is the caller's. */
export interface Command {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  /** Beside the label, and searched, too. */
  readonly description?: string;
  /** What Enter would do, told before it is pressed. */
  readonly preview?: string;
  /** The same from a terminal. */
  readonly cli?: string;
  /** The palette stays open: there is more to choose. */
  readonly keepsOpen?: true;
  readonly run: () => void;
}

export const RECENT_MAX = 6;
const SHOWN_MAX = 16;

/** Every word has to stand somewhere; who begins with what was typed comes first, then what was used lately. */
export function findCommands(commands: readonly Command[], query: string, recent: readonly string[]): readonly Command[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    const known = new Map(commands.map((command) => [command.id, command]));
    const lately = recent.flatMap((id) => known.get(id) ?? []).slice(0, RECENT_MAX);
    const rest = commands.filter((command) => !lately.includes(command));
    return [...lately.map((command) => ({ ...command, group: "Used lately" })), ...rest].slice(0, SHOWN_MAX);
  }
  const text = ({ label, description = "", group }: Command): string => `${label} ${description} ${group}`.toLowerCase();
  const rank = (command: Command): number => {
    const label = command.label.toLowerCase();
    const begins = label.startsWith(words.join(" ")) ? 0 : words.every((word) => label.includes(word)) ? 1 : 2;
    return begins * 100 + (recent.includes(command.id) ? recent.indexOf(command.id) : 50);
  };
  return commands
    .map((command, index) => ({ command, index }))
    .filter(({ command }) => words.every((word) => text(command).includes(word)))
    .sort((a, b) => rank(a.command) - rank(b.command) || a.index - b.index)
    .map(({ command }) => command)
    .slice(0, SHOWN_MAX);
}

/** In the order in which they are shown: groups keep together, the first found leads. */
export function grouped(
  commands: readonly Command[],
): readonly { readonly group: string; readonly commands: readonly Command[] }[] {
  return [...Map.groupBy(commands, ({ group }) => group)].map(([group, own]) => ({ group, commands: own }));
}

/** The newest first, each once. */
export const usedNow = (recent: readonly string[], id: string): readonly string[] =>
  [id, ...recent.filter((other) => other !== id)].slice(0, RECENT_MAX);
