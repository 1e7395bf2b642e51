package dev.corral.spring.boot;

/** Distinguishes the service connections of containers from what properties describe. */
final class ServiceConnections {

  private ServiceConnections() {}

  /** Whether Spring Boot has made the details of its own properties {@code spring.data.redis}. */
  static boolean isOfProperties(Object details) {
    String name = details.getClass().getSimpleName();
    return name.equals("PropertiesRedisConnectionDetails")
        || name.equals("PropertiesDataRedisConnectionDetails");
  }
}
