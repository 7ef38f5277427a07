import type { Conversation } from "../model/conversation";
import { type Bar, LATE_MS, type Turn, type TurnKind, waterfall } from "../model/timeline";
import { span, words } from "../model/words";
import type { Milestone } from "../../sideband-web/index";
import type { Reached } from "../model/timeline";

const LANES: readonly { kind: TurnKind; name: string }[] = [
  { kind: "user", name: "user" },
  { kind: "assistant", name: "assistant" },
  { kind: "work", name: "agent, tools" },
  { kind: "away", name: "no sideband" },
];

/** How the conversation started, and who was busy when. */
export function Timeline({ state, local }: { state: Conversation; local: readonly Milestone[] }) {
  const bars = waterfall(withLocal(state.milestones, local));
  return (
    <div class="timeline">
      <h3 class="legend">
        <b>Start</b> <span class="swatch server" /> server <span class="swatch client" /> client
      </h3>
      {bars.length > 0 ? <Waterfall bars={bars} /> : <p class="empty">Nothing was reached yet.</p>}
      <h3>Turns</h3>
      {state.turns.length > 0 ? <Lanes state={state} /> : <p class="empty">Nobody spoke yet.</p>}
    </div>
  );
}

/** The page's own milestones are known before the server tells of them. */
export function withLocal(told: readonly Reached[], local: readonly Milestone[]): Reached[] {
  const unheard = local.filter(({ name }) => !told.some((reached) => reached.byClient && reached.name === name));
  const own = unheard.map(({ name, elapsed, total }) => ({
    name,
    from: total - elapsed,
    to: total,
    byClient: true,
    approximate: false,
    sequence: 0,
  }));
  return [...told, ...own];
}

export function Waterfall({ bars }: { bars: readonly Bar[] }) {
  const inTime = bars.filter((bar) => bar.to <= LATE_MS);
  const scale = Math.max(1, ...inTime.map((bar) => bar.to));
  return (
    <table class="waterfall">
      <thead class="visually-hidden">
        <tr>
          <th>milestone</th>
          <th>when</th>
          <th>took</th>
          <th>since the start</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={`${bar.name} ${bar.byClient} ${bar.to}`} data-milestone={bar.name}>
            <th scope="row">{words(bar.name)}</th>
            <td class="track">
              <BarShape bar={bar} scale={scale} />
            </td>
            <td class="number">{span(bar.to - bar.from)}</td>
            <td class="number faint">
              {bar.approximate && "≈ "}
              {span(bar.to)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BarShape({ bar, scale }: { bar: Bar; scale: number }) {
  if (bar.to > LATE_MS) {
    return <span class="late" title="later than this scale" />;
  }
  const left = (100 * bar.from) / scale;
  const width = Math.max(0.8, (100 * (bar.to - bar.from)) / scale);
  return (
    <span
      class={`bar ${bar.byClient ? "client" : "server"}`}
      style={{ left: `${Math.min(left, 99.2)}%`, width: `${Math.min(width, 100 - Math.min(left, 99.2))}%` }}
    />
  );
}

function Lanes({ state }: { state: Conversation }) {
  const length = Math.max(1, state.lastTime - state.startedAt);
  return (
    <div class="lanes">
      {LANES.map(({ kind, name }) => {
        const turns = state.turns.filter((turn) => turn.kind === kind);
        return turns.length > 0 && <Lane key={kind} kind={kind} name={name} turns={turns} length={length} />;
      })}
      <div class="scale faint">
        <span>0</span>
        <span>{span(length)}</span>
      </div>
    </div>
  );
}

interface LaneProps {
  kind: TurnKind;
  name: string;
  turns: readonly Turn[];
  length: number;
}

function Lane({ kind, name, turns, length }: LaneProps) {
  const busy = turns.reduce((sum, turn) => sum + (turn.to ?? length) - turn.from, 0);
  return (
    <div class="lane">
      <span class="name">{name}</span>
      <svg class={kind} role="img" aria-label={`${name}: ${turns.length} times, ${span(busy)} in all`}>
        {turns.map((turn) => {
          const width = Math.max(0.25, (100 * ((turn.to ?? length) - turn.from)) / length);
          return (
            <rect
              key={turn.key + turn.from}
              x={`${(100 * turn.from) / length}%`}
              y="0"
              width={`${width}%`}
              height="100%"
              rx="2"
            >
              <title>{`${turn.name}, ${turn.to === undefined ? "still open" : span(turn.to - turn.from)}`}</title>
            </rect>
          );
        })}
      </svg>
      <span class="number faint">{span(busy)}</span>
    </div>
  );
}
