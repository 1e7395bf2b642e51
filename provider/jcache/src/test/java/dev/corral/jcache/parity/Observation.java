package dev.corral.jcache.parity;

import java.util.List;
import java.util.Map;

/**
 * What one provider did in one case.
 *
 * @param result what the method returned, or the types of what it threw
 * @param events what synchronous listeners had heard when it returned
 * @param calls the calls of loader and writer, in order
 * @param questions the calls of the expiry policy, in order; empty if it is a constant
 * @param after what the entries held afterwards
 */
record Observation(
    String result,
    List<String> events,
    List<String> calls,
    List<String> questions,
    Map<String, Long> counters,
    List<String> after) {

  Observation withoutEvents() {
    return new Observation(result, List.of(), calls, questions, counters, after);
  }

  Observation withoutCalls() {
    return new Observation(result, events, List.of(), questions, counters, after);
  }

  Observation withoutQuestions() {
    return new Observation(result, events, calls, List.of(), counters, after);
  }

  Observation withoutCounters() {
    return new Observation(result, events, calls, questions, Map.of(), after);
  }
}
