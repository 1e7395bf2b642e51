package dev.corral.jcache.internal.codec.values;

/** What a named module must declare so that reflection can access its classes. */
public final class ModuleAccess {

  private ModuleAccess() {}

  /**
   * The end of a message about an inaccessible class: the missing directive of its module; empty if
   * the package of the class is open to Corral, or if the class belongs to the JDK.
   */
  public static String advice(Class<?> type) {
    Module module = type.getModule();
    Module corral = ModuleAccess.class.getModule();
    if (PlatformTypes.isJdk(type) || module.isOpen(type.getPackageName(), corral)) {
      return "";
    }
    String reader = corral.isNamed() ? " to " + corral.getName() : "";
    return "; add 'opens %s%s;' to the descriptor of module %s"
        .formatted(type.getPackageName(), reader, module.getName());
  }
}
