import type { Usage } from "../../gen/sideband/v1/event_pb";
import { millisOf } from "../../sideband-web/index";
import type { Conversation } from "../model/conversation";
import { money, offset, span } from "../model/words";

/** What the conversation cost so far, in all and step by step. */
export function UsageTab({ state }: { state: Conversation }) {
  const { usage, usageSteps, rateLimits } = state;
  if (!usage) {
    return <p class="empty">No usage was recorded yet. The provider tells it after each response.</p>;
  }
  // Whether anybody told the server what the models cost.
  const isPriced = usageSteps.some((step) => money(step.usage.costMicroUsd) !== "");
  return (
    <div class="usage">
      <dl class="figures">
        <Figure name="cost" value={money(usage.costMicroUsd) || "–"} />
        <Figure name="tokens in" value={count(usage.inputTokens)} />
        <Figure name="tokens out" value={count(usage.outputTokens)} />
        <Figure name="cached" value={count(usage.cachedTokens)} />
      </dl>
      <Parts usage={usage} />
      <h3>Steps</h3>
      <table class="steps">
        <thead>
          <tr>
            <th>when</th>
            <th>what</th>
            <th class="number">in</th>
            <th class="number">out</th>
            {isPriced && <th class="number">cost</th>}
          </tr>
        </thead>
        <tbody>
          {usageSteps.slice(-200).map((step) => (
            <tr key={step.sequence}>
              <td class="faint">{offset(step.at)}</td>
              <td>{step.what}</td>
              <td class="number">{count(step.usage.inputTokens)}</td>
              <td class="number">{count(step.usage.outputTokens)}</td>
              {isPriced && <td class="number">{money(step.usage.costMicroUsd)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {usageSteps.length > 200 && <p class="faint">The last 200 of {usageSteps.length}.</p>}
      {rateLimits.length > 0 && <h3>Rate limits</h3>}
      {rateLimits.map(({ name, limit, remaining, reset }) => (
        <p key={name} class="limit">
          {name}: {count(remaining)} of {count(limit)} left
          {millisOf(reset) > 0 && `, full again in ${span(millisOf(reset))}`}
        </p>
      ))}
    </div>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What the tokens were, as shares of the whole. */
function Parts({ usage }: { usage: Usage }) {
  const parts = [
    { name: "text in", tokens: usage.inputTextTokens },
    { name: "audio in", tokens: usage.inputAudioTokens },
    { name: "image in", tokens: usage.inputImageTokens },
    { name: "text out", tokens: usage.outputTextTokens },
    { name: "audio out", tokens: usage.outputAudioTokens },
  ].filter(({ tokens }) => tokens > 0n);
  const most = Math.max(1, ...parts.map(({ tokens }) => Number(tokens)));
  return (
    <table class="waterfall parts">
      <tbody>
        {parts.map(({ name, tokens }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="track">
              <span class="bar server" style={{ left: "0", width: `${(100 * Number(tokens)) / most}%` }} />
            </td>
            <td class="number">{count(tokens)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function count(tokens: bigint): string {
  return tokens.toLocaleString("en");
}
