package dev.corral.spring.tests;

import static dev.corral.spring.tests.Shape.blocking;
import static dev.corral.spring.tests.Shape.flux;
import static dev.corral.spring.tests.Shape.future;
import static dev.corral.spring.tests.Shape.mono;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.stereotype.Component;

/** All shapes, and how to call each. */
@Component
class Shapes {

  private static final LocalDate DAY = LocalDate.of(2026, 2, 28);

  private final Map<String, Shape> byName = new LinkedHashMap<>();

  Shapes(KeyShapes keys, ValueShapes values, Library library, SuspendedCalls suspended) {
    Stream.of(arguments(keys), composedArguments(keys), results(values), asynchronous(values))
        .flatMap(List::stream)
        .forEach(this::add);
    add(blocking("entity", LibraryTransactions.AUTHORS, key -> library.author(key).describe()));
    add(future("suspended", suspended::plain));
    add(future("suspendedSync", suspended::sync));
  }

  private void add(Shape shape) {
    byName.put(shape.name(), shape);
  }

  private static List<Shape> arguments(KeyShapes keys) {
    return List.of(
        blocking("none", 1, key -> keys.none()),
        blocking("one", key -> keys.one(String.valueOf(key))),
        blocking("number", keys::number),
        blocking("two", key -> keys.two("a", key)),
        blocking("three", key -> keys.three("a", key, Color.GREEN)),
        blocking("nullArgument", 1, key -> keys.nullArgument(null)),
        blocking("nullAmongOthers", key -> keys.nullAmongOthers(key, null)),
        blocking("array", key -> keys.array(new String[] {String.valueOf(key), "b"})),
        blocking("numbers", key -> keys.numbers(new int[] {key, 2})),
        blocking("numberAndArray", key -> keys.numberAndArray(key, new long[][] {{1}, {2, 3}})),
        blocking("varargs", key -> keys.varargs(key, "b", Color.RED)),
        blocking("noVarargs", 1, key -> keys.noVarargs()),
        blocking("enumConstant", 3, key -> keys.enumConstant(List.of(Color.values()).get(key))),
        blocking("dateAndId", key -> keys.dateAndId(DAY, new UUID(7, key))),
        blocking("list", key -> keys.list(List.of(String.valueOf(key), "b"))),
        blocking("mapEntry", key -> keys.mapEntry(Map.entry("a", key))));
  }

  private static List<Shape> composedArguments(KeyShapes keys) {
    return List.of(
        blocking("record", key -> keys.record(new Isbn(String.valueOf(key)))),
        blocking("nestedRecord", key -> keys.nestedRecord(order(key))),
        blocking("dataClass", key -> keys.dataClass(new Edition("a", key))),
        blocking("page", key -> keys.page(PageRequest.of(key, 10, Sort.by("title"))).getContent()),
        blocking("spelComponent", key -> keys.spelComponent(order(key))),
        blocking("spelText", key -> keys.spelText("a", key)),
        blocking("spelList", key -> keys.spelList(key, Color.BLUE, "ignored")),
        blocking("spelEntityId", key -> keys.spelEntityId(new Author(key, "a"))),
        blocking("entityKey", key -> keys.entityKey(new Author(key, "a"))));
  }

  private static List<Shape> results(ValueShapes values) {
    return List.of(
        blocking("blocking", values::blocking),
        blocking("blockingSync", values::blockingSync),
        blocking("nullValue", values::nullValue),
        blocking("nullValueSync", values::nullValueSync),
        blocking("optional", key -> values.optional(key).orElseThrow()),
        blocking("optionalSync", key -> values.optionalSync(key).orElseThrow()),
        blocking("orders", values::orders),
        blocking("failing", values::failing),
        blocking("failingSync", values::failingSync));
  }

  private static List<Shape> asynchronous(ValueShapes values) {
    return List.of(
        future("future", values::future),
        future("futureSync", values::futureSync),
        future("futureOfNull", values::futureOfNull),
        mono("mono", values::mono),
        mono("monoSync", values::monoSync),
        mono("emptyMono", values::emptyMono),
        flux("flux", values::flux),
        flux("fluxSync", values::fluxSync),
        future("failingFuture", values::failingFuture),
        mono("failingMono", values::failingMono));
  }

  private static Order order(int key) {
    return new Order(new Isbn(String.valueOf(key)), DAY, Color.GREEN);
  }

  Set<String> names() {
    return byName.keySet();
  }

  Shape get(String name) {
    Shape shape = byName.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(name);
    }
    return shape;
  }
}
