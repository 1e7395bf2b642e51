package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;

/** Restricts the class names that annotations of the application accept in JSON to allowed ones. */
final class JsonTypeIds extends PolymorphicTypeValidator {

  private static final long serialVersionUID = 1L;

  private final transient AllowList allowList;

  JsonTypeIds(AllowList allowList) {
    this.allowList = allowList;
  }

  @Override
  public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
    return Validity.INDETERMINATE;
  }

  @Override
  public Validity validateSubClassName(
      MapperConfig<?> config, JavaType baseType, String subClassName) {
    return allowList.mayAllow(subClassName) ? Validity.INDETERMINATE : Validity.DENIED;
  }

  @Override
  public Validity validateSubType(MapperConfig<?> config, JavaType baseType, JavaType subType) {
    return allowList.allows(subType.getRawClass()) ? Validity.ALLOWED : Validity.DENIED;
  }
}
