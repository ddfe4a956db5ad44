// Calendar arithmetic in UTC, so that no time zone moves a day.

export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const FIRST = { MONDAY: 0, SATURDAY: 5, SUNDAY: 6 };

const two = (number) => String(number).padStart(2, "0");

export const isoDate = (year, month, day) => `${year}-${two(month)}-${two(day)}`;

// The seven columns of a month: the number of the day (Monday is 0), its name and its classes.
export const columnsOf = (weekStart) =>
  Array.from({ length: 7 }, (_, index) => {
    const number = (FIRST[weekStart] + index) % 7;
    return { number, name: WEEKDAYS[number], class: number === 6 ? "weekend sunday" : number === 5 ? "weekend" : null };
  });

// Weeks of a month; null where another month's day would stand.
export function weeksOf(year, month, weekStart) {
  const first = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6 - FIRST[weekStart]) % 7;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const places = [...Array(first).fill(null), ...Array.from({ length }, (_, index) => index + 1)];
  while (places.length % 7) places.push(null);
  return Array.from({ length: places.length / 7 }, (_, week) => places.slice(week * 7, week * 7 + 7));
}

export const longDate = (year, month, day, weekday) => `${WEEKDAYS[weekday]} ${day} ${MONTHS[month - 1]} ${year}`;
