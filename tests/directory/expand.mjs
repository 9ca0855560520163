// Reads calendars as JSON strings from standard input, and writes when their events begin and end, worked out by ical.js.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ICAL = createRequire(process.argv[2])("ical.js");
const told = JSON.parse(readFileSync(0, "utf8")).map(([text, until]) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const all = calendar.getAllSubcomponents("vevent");
  const changed = all.filter((one) => one.hasProperty("recurrence-id"));
  const main = new ICAL.Event(all.find((one) => !one.hasProperty("recurrence-id")), { exceptions: changed });
  const said = { uid: main.uid, title: main.summary, words: main.description, geo: main.component.getFirstPropertyValue("geo") };
  const last = new Date(until), dates = [];
  const iterator = main.iterator();
  for (let next = iterator.next(); next && next.toJSDate() < last; next = iterator.next()) {
    const { startDate, endDate } = main.getOccurrenceDetails(next);
    dates.push([startDate.toJSDate().toISOString(), endDate.toJSDate().toISOString()]);
  }
  return { ...said, dates: dates.sort() };
});
process.stdout.write(JSON.stringify(told));
