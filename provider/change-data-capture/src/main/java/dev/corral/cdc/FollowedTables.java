package dev.corral.cdc;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the mappings, as they are in the database.
 *
 * @param followed the mappings whose tables exist
 * @param missing the others
 * @param ids the OIDs of the tables that exist, by the names of the mappings
 * @param published for each OID, since when the table is published; without those that are not
 */
record FollowedTables(
    List<TableMapping> followed,
    List<TableMapping> missing,
    Map<String, Integer> ids,
    Map<Integer, String> published) {

  /**
   * Reads them.
   *
   * @throws ConfigurationException if a table cannot be published, or the publication leaves out
   *     rows
   */
  static FollowedTables read(Publication publication, Collection<TableMapping> mappings)
      throws SQLException {
    Map<String, Integer> ids = publication.tableIds(names(mappings));
    List<TableMapping> followed = new ArrayList<>();
    List<TableMapping> missing = new ArrayList<>();
    for (TableMapping each : mappings) {
      (ids.containsKey(each.table()) ? followed : missing).add(each);
    }
    return new FollowedTables(followed, missing, ids, publication.published(ids.values()));
  }

  /** The names of tables, without repetition. */
  static Set<String> names(Collection<TableMapping> mappings) {
    return mappings.stream().map(TableMapping::table).collect(toCollection(LinkedHashSet::new));
  }

  /** The names of tables that are not published. */
  Set<String> unpublished() {
    Map<String, Integer> left = new HashMap<>(ids);
    left.values().removeAll(published.keySet());
    return left.keySet();
  }

  /** What is wrong with the mappings whose tables do not exist; null if there are none. */
  @Nullable String warning() {
    return missing.isEmpty()
        ? null
        : names(missing).stream()
            .map(it -> "table '%s' does not exist; write its name as in SQL".formatted(it))
            .collect(joining(", and "));
  }

  Map<Integer, List<TableMapping>> byId() {
    return followed.stream().collect(groupingBy(this::id));
  }

  /** The texts of what is followed. */
  Set<String> labels() {
    return labels(followed);
  }

  Set<String> labels(Collection<TableMapping> mappings) {
    return mappings.stream().map(this::label).collect(toCollection(HashSet::new));
  }

  /** Is another one if the table was created again, or was not published for some time. */
  String label(TableMapping mapping) {
    int id = id(mapping);
    return mapping.label(Integer.toUnsignedString(id) + " " + published.get(id));
  }

  private int id(TableMapping mapping) {
    return Objects.requireNonNull(ids.get(mapping.table()));
  }
}
