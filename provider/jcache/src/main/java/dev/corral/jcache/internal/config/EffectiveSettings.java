package dev.corral.jcache.internal.config;

import static java.util.stream.Collectors.joining;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of one cache with the place of each, to show them. */
final class EffectiveSettings {

  private static final String CODE = "code";
  private static final String DEFAULT = "default";

  /** The settings that code can switch while the cache is open. */
  private static final Set<String> SWITCHES = Set.of("statistics", "management");

  private final Map<String, List<SettingValue>> values;
  private final Set<String> inCode;
  private final CorralConfiguration<?, ?> opened;

  /**
   * The settings of a cache.
   *
   * @param values all values of each setting, beginning with the most specific one
   * @param inCode the settings that the code has set
   * @param opened the configuration with which the cache was opened
   */
  EffectiveSettings(
      Map<String, List<SettingValue>> values,
      Set<String> inCode,
      CorralConfiguration<?, ?> opened) {
    this.values = values;
    this.inCode = inCode;
    this.opened = opened;
  }

  /** All settings as the places have them, without code. */
  static List<EffectiveSetting> ofPlaces(
      Map<String, List<SettingValue>> values, SettingsReader reader) {
    List<EffectiveSetting> list = new ArrayList<>();
    for (Reference.Setting setting : Reference.OF_CACHE.values()) {
      String name = setting.name();
      List<SettingValue> all = values.getOrDefault(name, List.of(setting.value()));
      list.add(setting.isList() ? ofList(name, all, reader) : of(name, all.get(0)));
    }
    return list;
  }

  private static EffectiveSetting ofList(
      String name, List<SettingValue> all, SettingsReader reader) {
    List<SettingValue> given = all.stream().filter(it -> !it.isDefault()).toList();
    List<String> elements =
        reader.elements(name).stream().map(SettingValue::text).distinct().toList();
    return new EffectiveSetting(
        name,
        Secrets.isSecret(name) && !elements.isEmpty() ? Secrets.MASK : elements.toString(),
        given.isEmpty()
            ? DEFAULT
            : given.stream().map(SettingValue::source).distinct().collect(joining("; ")));
  }

  /** All settings in the order of {@code reference.conf}. */
  List<EffectiveSetting> list(CorralConfiguration<?, ?> current) {
    List<EffectiveSetting> list = new ArrayList<>();
    for (Reference.Setting setting : Reference.OF_CACHE.values()) {
      list.add(effective(setting, current));
    }
    return list;
  }

  private EffectiveSetting effective(Reference.Setting setting, CorralConfiguration<?, ?> current) {
    String name = setting.name();
    List<SettingValue> all = values.getOrDefault(name, List.of(setting.value()));
    String ofCode = CodeValues.of(name, current);
    if (ofCode != null && setting.isList()) {
      return new EffectiveSetting(name, ofCode, sources(name, all, ofCode));
    }
    boolean isSwitched =
        SWITCHES.contains(name) && !String.valueOf(ofCode).equals(CodeValues.of(name, opened));
    if (ofCode != null && (isSwitched || isInCode(name))) {
      return new EffectiveSetting(name, ofCode, CODE);
    }
    return of(name, all.get(0));
  }

  /** A setting with its most specific value. */
  static EffectiveSetting of(String name, SettingValue value) {
    return new EffectiveSetting(name, value.text(), value.source());
  }

  /** The sources of a list: the code where it adds elements, and all places with elements. */
  private String sources(String name, Collection<SettingValue> all, @Nullable String value) {
    Set<String> sources = new LinkedHashSet<>();
    if (isInCode(name)) {
      sources.add(CODE);
    }
    all.stream().filter(it -> !it.isDefault()).map(SettingValue::source).forEach(sources::add);
    return !sources.isEmpty() ? String.join("; ", sources) : "[]".equals(value) ? DEFAULT : CODE;
  }

  /** Whether the code has set a setting, or the block or the option to which it belongs. */
  private boolean isInCode(String name) {
    int dot = name.indexOf('.');
    String option =
        switch (name) {
          case "time-to-live" -> "expiry";
          case "jitter-symmetric" -> "jitter";
          case "value-codec", "json-type", "encryption.keys" -> "values";
          default -> dot < 0 ? name : name.substring(0, dot);
        };
    return inCode.contains(option);
  }
}
