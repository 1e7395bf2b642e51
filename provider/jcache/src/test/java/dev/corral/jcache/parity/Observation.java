package dev.corral.jcache.parity;

import java.util.List;
import java.util.Map;

/**
 * What one provider did in one case.
 *
 * @param result the return value of the method, or the types of its exception and of the causes
 * @param events the events that synchronous listeners had received when the method returned
 * @param calls the calls of loader and writer, in order
 * @param policyCalls the calls of the expiry policy, in order; empty for a policy of the standard
 * @param counters by how much each counter of the statistics rose
 * @param after the values of the entries afterwards
 */
record Observation(
    String result,
    List<String> events,
    List<String> calls,
    List<String> policyCalls,
    Map<String, Long> counters,
    List<String> after) {

  Observation withoutEvents() {
    return new Observation(result, List.of(), calls, policyCalls, counters, after);
  }

  Observation withoutCalls() {
    return new Observation(result, events, List.of(), policyCalls, counters, after);
  }

  Observation withoutPolicyCalls() {
    return new Observation(result, events, calls, List.of(), counters, after);
  }

  Observation withoutCounters() {
    return new Observation(result, events, calls, policyCalls, Map.of(), after);
  }
}
