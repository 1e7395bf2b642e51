package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import dev.corral.examples.chaos.Operation.Reply;
import dev.corral.examples.chaos.Operation.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the workers recorded in one round.
 *
 * @param operations of all workers, in no order
 * @param pauses for each JVM, the times in which it did not run
 * @param outages for each JVM, the times in which one of its caches found Redis unavailable; the
 *     last one of a killed JVM may have no end
 */
record History(
    List<Operation> operations,
    Map<String, List<Window>> pauses,
    Map<String, List<Window>> outages) {

  /** Reads all history files in a folder. */
  static History in(Path folder) {
    History history = new History(new ArrayList<>(), new HashMap<>(), new HashMap<>());
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(it -> it.toString().endsWith(".history")).sorted().forEach(history::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return history;
  }

  /** The name of the file of a JVM in one round. */
  static String fileName(int worker, int incarnation) {
    return "worker-%d.%d.history".formatted(worker, incarnation);
  }

  /** An operation that has begun. */
  private record Begun(Call call, Caller caller, long start) {

    Operation ended(Status status, @Nullable String value, long time) {
      long end = status == Status.RETURNED ? time : Long.MAX_VALUE;
      return new Operation(call, caller, start, end, new Reply(status, value, time));
    }
  }

  private void read(Path file) {
    String[] name = file.getFileName().toString().replaceAll("[^0-9.]", "").split("\\.", -1);
    int worker = Integer.parseInt(name[0]);
    int incarnation = Integer.parseInt(name[1]);
    Map<Long, Begun> open = new LinkedHashMap<>();
    Map<String, Long> unavailable = new HashMap<>();
    String jvm = new Caller(worker, incarnation, 0).jvm();
    for (String line : completeLines(file)) {
      String[] parts = line.split("\t", -1);
      long first = Long.parseLong(parts[1]);
      switch (parts[0]) {
        case "S" -> {
          Caller caller = new Caller(worker, incarnation, Integer.parseInt(parts[2]));
          open.put(first, new Begun(call(parts), caller, Long.parseLong(parts[3])));
        }
        case "R" -> end(open, first, Status.RETURNED, parts);
        case "F" -> end(open, first, Status.FAILED, parts);
        case "P" -> add(pauses, jvm, new Window("pause", first, Long.parseLong(parts[2])));
        case "O" -> unavailable.putIfAbsent(parts[2], first);
        case "A" -> {
          @Nullable Long from = unavailable.remove(parts[2]);
          if (from != null) {
            add(outages, jvm, new Window(parts[2], from, first));
          }
        }
        default -> throw new IllegalStateException("unknown line in %s: %s".formatted(file, line));
      }
    }
    open.values().forEach(it -> operations.add(it.ended(Status.MISSING, null, Long.MAX_VALUE)));
    unavailable.forEach(
        (cache, from) -> add(outages, jvm, new Window(cache, from, Long.MAX_VALUE)));
  }

  private void end(Map<Long, Begun> open, long number, Status status, String[] parts) {
    Begun begun = open.remove(number);
    if (begun != null) {
      operations.add(begun.ended(status, value(parts[3]), Long.parseLong(parts[2])));
    }
  }

  private static Call call(String[] parts) {
    return new Call(
        parts[4], OperationKind.valueOf(parts[5]), parts[6], value(parts[7]), value(parts[8]));
  }

  private static @Nullable String value(String text) {
    return text.equals(HistoryFile.NULL) ? null : text;
  }

  private static void add(Map<String, List<Window>> map, String jvm, Window window) {
    map.computeIfAbsent(jvm, it -> new ArrayList<>()).add(window);
  }

  /** The lines of the file, without a last one that was not written completely. */
  private static List<String> completeLines(Path file) {
    try {
      String text = Files.readString(file, UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operations of a cache, by key. */
  Map<String, List<Operation>> byKey(String cache) {
    return operations.stream()
        .filter(it -> it.call().cache().equals(cache))
        .collect(Collectors.groupingBy(it -> it.call().key(), TreeMap::new, Collectors.toList()));
  }

  List<Window> pausesOf(Caller caller) {
    return pauses.getOrDefault(caller.jvm(), List.of());
  }

  List<Window> outagesOf(Caller caller) {
    return outages.getOrDefault(caller.jvm(), List.of());
  }

  /** The outages of all JVMs. */
  List<Window> allOutages() {
    return outages.values().stream().flatMap(List::stream).toList();
  }
}
