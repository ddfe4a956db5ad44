// Asking again with a growing pause.

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Asks until `settled` says yes; then true. After `patience` ms: false. A question that fails is asked again:
// `onTrouble(error)` may say so, `onAnswer(answer)` shows what came.
export async function askUntil(settled, ask, { onAnswer, onTrouble, first = 800, longest = 6000, patience = 120_000 }) {
  const end = Date.now() + patience;
  let wait = first;
  while (Date.now() < end) {
    await pause(wait);
    wait = Math.min(wait * 1.5, longest);
    try {
      const answer = await ask();
      onAnswer(answer);
      if (settled(answer)) return true;
    } catch (error) {
      onTrouble(error);
    }
  }
  return false;
}
