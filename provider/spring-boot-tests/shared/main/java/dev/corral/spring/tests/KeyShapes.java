package dev.corral.spring.tests;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Service;

/** Cached methods with all kinds of arguments. Each has a cache of its own. */
@Service
public class KeyShapes {

  private final Executions executions;

  /** Counts in {@code executions}. */
  public KeyShapes(Executions executions) {
    this.executions = executions;
  }

  /** No argument. */
  @Cacheable("none")
  public String none() {
    return executions.run("none", 0);
  }

  /** A text. */
  @Cacheable("one")
  public String one(String text) {
    return executions.run("one", text);
  }

  /** A primitive number. */
  @Cacheable("number")
  public String number(long number) {
    return executions.run("number", number);
  }

  /** Two arguments. */
  @Cacheable("two")
  public String two(String text, int number) {
    return executions.run("two", number);
  }

  /** Three arguments. */
  @Cacheable("three")
  public String three(String text, long number, Color color) {
    return executions.run("three", number);
  }

  /** One argument, which is null. */
  @Cacheable("nullArgument")
  public String nullArgument(@Nullable String text) {
    return executions.run("nullArgument", 0);
  }

  /** Null among other arguments. */
  @Cacheable("nullAmongOthers")
  public String nullAmongOthers(int number, @Nullable String text) {
    return executions.run("nullAmongOthers", number);
  }

  /** An array. */
  @Cacheable("array")
  public String array(String[] texts) {
    return executions.run("array", texts[0]);
  }

  /** An array of primitive numbers. */
  @Cacheable("numbers")
  public String numbers(int[] numbers) {
    return executions.run("numbers", numbers[0]);
  }

  /** A number and an array. */
  @Cacheable("numberAndArray")
  public String numberAndArray(int number, long[][] numbers) {
    return executions.run("numberAndArray", number);
  }

  /** Some arguments. */
  @Cacheable("varargs")
  public String varargs(Object... arguments) {
    return executions.run("varargs", Arrays.asList(arguments).get(0));
  }

  /** Called without arguments. */
  @Cacheable("noVarargs")
  public String noVarargs(String... texts) {
    return executions.run("noVarargs", texts.length);
  }

  /** A record. */
  @Cacheable("record")
  public String record(Isbn isbn) {
    return executions.run("record", isbn.digits());
  }

  /** A record of records. */
  @Cacheable("nestedRecord")
  public String nestedRecord(Order order) {
    return executions.run("nestedRecord", order.isbn().digits());
  }

  /** An enum. */
  @Cacheable("enumConstant")
  public String enumConstant(Color color) {
    return executions.run("enumConstant", List.of(Color.values()).indexOf(color));
  }

  /** A date and a UUID. */
  @Cacheable("dateAndId")
  public String dateAndId(LocalDate day, UUID id) {
    return executions.run("dateAndId", id.getLeastSignificantBits());
  }

  /** A list. */
  @Cacheable("list")
  public String list(List<String> texts) {
    return executions.run("list", texts.get(0));
  }

  /** A map entry. */
  @Cacheable("mapEntry")
  public String mapEntry(Map.Entry<String, Integer> entry) {
    return executions.run("mapEntry", entry.getValue());
  }

  /** A data class of Kotlin. */
  @Cacheable("dataClass")
  public String dataClass(Edition edition) {
    return executions.run("dataClass", edition.getNumber());
  }

  /** A page of Spring Data, both as the key and as the value. */
  @Cacheable("page")
  public Page<String> page(Pageable request) {
    String text = executions.run("page", request.getPageNumber());
    return new PageImpl<>(List.of(text, "other"), request, 1000);
  }

  /** SpEL: a component of an argument. */
  @Cacheable(cacheNames = "spelComponent", key = "#order.isbn().digits()")
  public String spelComponent(Order order) {
    return executions.run("spelComponent", order.isbn().digits());
  }

  /** SpEL: a text. */
  @Cacheable(cacheNames = "spelText", key = "#root.methodName + ':' + #p0 + ':' + #a1")
  public String spelText(String text, int number) {
    return executions.run("spelText", number);
  }

  /** SpEL: a list of arguments. */
  @Cacheable(cacheNames = "spelList", key = "{#number, #color}")
  public String spelList(int number, Color color, String ignored) {
    return executions.run("spelList", number);
  }

  /** SpEL: the id of an entity. */
  @Cacheable(cacheNames = "spelEntityId", key = "#author.id")
  public String spelEntityId(Author author) {
    return executions.run("spelEntityId", author.getId());
  }

  /** An entity, which is no key. */
  @Cacheable("entityKey")
  public String entityKey(Author author) {
    return executions.run("entityKey", author.getId());
  }
}
