//! In what order rules have their say, and what they count; each sentence has a test of its own.

pub(super) const EVALUATION: &str = "\
1. A rule holds of a request if `on`, `state`, `if`, `from`, `to` and `open` do, all by how things stood when the request came.
2. Each rule that holds counts the request, under its key, whether or not it then acts, and whichever rule wins; a rule that does not hold counts nothing.
3. A rule that has counted a request is eligible if it is beyond `over` and `parallel`, if `nth` names its number, if it has acted less often than `max` for that key, and if the draw is below `p`, looked at in this order.
4. The first eligible rule of the file without `stack` wins, and the others without `stack` do not act; the eligible rules with `stack` act beside it, or alone.
5. A rule that is eligible and does not win has not acted: it uses up nothing of `max`, counts nothing for `fires`, begins no window, and leads to no state.
6. Those that act do so in the order of the file, wherever the winner stands among them.
7. Of `reply`, `wire`, `dns`, `tls`, `clock` and `token`, each taken whole, the rule that comes first in the file has its way.
8. Each `delay` and each `hold` adds up; changes by `mutate` follow each other; every fault of `data` comes about; of `headers` that set one field, the later rule has its way; each `rate_limit` is told.
9. The handler runs if every rule that acts lets it: one `commit` that is `false` is enough to stop it.
10. The state is that of the last rule that acts with `then`; the rules of the same request do not meet it, those of the next one do.
11. A draw depends on seed, scenario, rule, key and occurrence, and on nothing else; [draws.md](draws.md) says how.
12. `rule+30s` counts from the first firing of that rule for the key of the rule that asks, and `last rule+30s` from its last one so far. Without a firing a `from` has not come, and a `to` is not over.
13. Rules that count by one scope count for at most 100,000 keys in all; for later ones they never act.
";

pub(super) const RUNNING: &str = "\
Rules come and go while the sandbox runs: by `POST`, `PUT` and `DELETE` on `/sandboxes/{sandbox}/rules` of the control port, and with `serve` whenever the file changes.
What is sent is checked together with all the others, as a file is; what has a mistake changes nothing, and `rules-refused` in the journal says what is wrong with a changed file.
A request under way keeps what was decided for it, and the next one is decided by the new rules.
A rule that says what it said before keeps its counters, its bucket and its windows; one that is new or says something else counts from then on, and knows of no firing before.
The state stays if a rule still leads to it, and is `start` again if none does.
A reset of the sandbox goes back to the file as it was read last: rules that were added by the control port are gone, those that were deleted there are back, and everything is counted anew.
A file that cannot be read, because it is gone or half written, leaves the rules as they are until it can.
";

pub(super) const WRITES: &str = "\
Two requests are one write if they have the same operation, the same target and the same content.
The target is what stands in the path in place of `{id}` and its like; the content is the body, of which blanks and the order of members in JSON mean nothing.
Only operations that change what a client provisions are writes: with `per` `write`, whatever is none shares one key, and to `repeats` nothing but a write is a repeat.
A client that repeats a create because its answer was lost makes one write of it, and `\"repeats\": \"pass\"` counts it once; a client that means the same thing again much later makes the same write too.
";
