package dev.corral.jcache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The map of the packages as rules, in the order in which a request passes them. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  static final String ROOT = "dev.corral.jcache";
  private static final String INTERNAL = ROOT + ".internal";

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching(INTERNAL + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule only_the_provider_and_the_manager_know_the_manager =
      noClasses()
          .that()
          .resideOutsideOfPackages(INTERNAL + ".manager..", ROOT + ".spi..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INTERNAL + ".manager..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_spi_knows_of_the_inside_only_the_manager =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".spi..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INTERNAL + ".cache..",
              INTERNAL + ".pipeline..",
              INTERNAL + ".store..",
              INTERNAL + ".outage..",
              INTERNAL + ".feed..",
              INTERNAL + ".redis..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule no_stage_knows_another =
      slices()
          .matching(INTERNAL + ".pipeline.(*)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_vocabulary_knows_only_itself =
      noClasses()
          .that()
          .resideInAPackage(INTERNAL + ".entry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INTERNAL + ".manager..",
              INTERNAL + ".config..",
              INTERNAL + ".cache..",
              INTERNAL + ".pipeline..",
              INTERNAL + ".store..",
              INTERNAL + ".outage..",
              INTERNAL + ".feed..",
              INTERNAL + ".redis..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_vocabulary_does_no_io =
      classes()
          .that()
          .resideInAPackage(INTERNAL + ".entry..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.time..",
              "java.util..",
              "javax.cache..",
              "org.jspecify..",
              ROOT,
              ROOT + ".spi..",
              INTERNAL + ".entry..")
          .allowEmptyShould(true);

  /** The root and the configuration may hand in a client that the application made. */
  @ArchTest
  static final ArchRule redisson_stays_at_the_edge =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT,
              INTERNAL + ".config..",
              INTERNAL + ".redis..",
              INTERNAL + ".store..",
              INTERNAL + ".feed..",
              INTERNAL + ".outage..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.redisson..")
          .allowEmptyShould(true);

  /**
   * What stands in Redisson's public Javadoc may be used: its API, its configuration, codecs. The
   * exceptions can be done without.
   */
  @ArchTest
  static final ArchRule only_redissons_public_api =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(INTERNAL + ".redis.ExecutorSender")
          .and()
          .doNotHaveFullyQualifiedName(INTERNAL + ".redis.GuardedMset")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.redisson.cache..",
              "org.redisson.cluster..",
              "org.redisson.command..",
              "org.redisson.connection..",
              "org.redisson.eviction..",
              "org.redisson.executor..",
              "org.redisson.iterator..",
              "org.redisson.jcache..",
              "org.redisson.liveobject..",
              "org.redisson.mapreduce..",
              "org.redisson.misc..",
              "org.redisson.pubsub..",
              "org.redisson.reactive..",
              "org.redisson.remote..",
              "org.redisson.rx..",
              "org.redisson.spring..",
              "org.redisson.transaction..")
          .allowEmptyShould(true);

  /** Of the package of Redisson's own classes only the factory. */
  @ArchTest
  static final ArchRule of_redissons_implementation_only_the_factory =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.<JavaClass>describe(
                  "are in org.redisson, Redisson itself aside",
                  type ->
                      type.getPackageName().equals("org.redisson")
                          && !type.getName().equals("org.redisson.Redisson")))
          .allowEmptyShould(true);

  /** A client library below Redisson is none of our business, save the buffers of its codecs. */
  @ArchTest
  static final ArchRule netty_only_for_buffers =
      noClasses()
          .that()
          .resideOutsideOfPackages(INTERNAL + ".redis..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .allowEmptyShould(true);

  /** What an application may see of the inside is nothing at all. */
  @ArchTest
  static final ArchRule public_types_show_nothing_internal =
      noClasses()
          .that()
          .resideInAPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INTERNAL + "..")
          .allowEmptyShould(true);
}
