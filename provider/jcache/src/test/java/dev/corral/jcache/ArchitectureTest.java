package dev.corral.jcache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;

/** The layers of packages as rules, in the order in which a call passes through them. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  static final String ROOT = "dev.corral.jcache";
  private static final String INTERNAL = ROOT + ".internal";
  private static final String PIPELINE = INTERNAL + ".pipeline";
  private static final String STORE = INTERNAL + ".store";
  private static final String CODEC = INTERNAL + ".codec";
  private static final String REDIS = INTERNAL + ".redis";

  /** Every package, from the top down: a class depends on its own package and on those below. */
  private static final List<String> TOP_DOWN =
      List.of(
          ROOT + ".spi",
          INTERNAL + ".manager",
          INTERNAL + ".config",
          INTERNAL + ".cache",
          PIPELINE + ".statistics",
          PIPELINE + ".near",
          PIPELINE + ".hot",
          PIPELINE + ".verify",
          PIPELINE + ".loading",
          PIPELINE + ".events",
          PIPELINE + ".writing",
          PIPELINE + ".outage",
          PIPELINE + ".commit",
          PIPELINE,
          INTERNAL + ".outage",
          STORE + ".queue",
          STORE + ".loads",
          STORE + ".locks",
          STORE,
          STORE + ".tags",
          INTERNAL + ".feed",
          CODEC + ".keys",
          CODEC + ".values",
          REDIS + ".client",
          REDIS + ".embedded",
          REDIS + ".batch",
          REDIS,
          REDIS + ".settings",
          INTERNAL + ".entry",
          ROOT,
          ROOT + ".codec");

  @ArchTest
  static void packages_depend_only_downward(JavaClasses all) {
    assertThat(all)
        .extracting(JavaClass::getPackageName)
        .as("packages, all of which are listed here")
        .isSubsetOf(TOP_DOWN);
    assertThat(all)
        .flatExtracting(JavaClass::getDirectDependenciesFromSelf)
        .map(Dependency.class::cast)
        .filteredOn(it -> level(it.getTargetClass()) >= 0)
        .filteredOn(it -> level(it.getTargetClass()) < level(it.getOriginClass()))
        .extracting(Dependency::getDescription)
        .as("dependencies that point upward")
        .isEmpty();
  }

  @ArchTest
  static final ArchRule stages_do_not_depend_on_each_other =
      slices().matching(PIPELINE + ".(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule classes_of_the_store_have_no_cycles =
      slices().assignedFrom(topLevelClassesOf(STORE)).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule every_stage_is_in_the_pipeline =
      classes()
          .that()
          .implement(PIPELINE + ".Stage")
          .should()
          .resideInAPackage(PIPELINE + "..")
          .andShould()
          .haveSimpleNameEndingWith("Stage");

  /** Includes constructors of records. A longer parameter list indicates a missing type. */
  @ArchTest
  static final ArchRule constructors_have_at_most_seven_parameters =
      constructors().should(haveAtMostParameters(7));

  @ArchTest
  static final ArchRule only_the_provider_and_the_manager_use_the_manager =
      noClasses()
          .that()
          .resideOutsideOfPackages(INTERNAL + ".manager..", ROOT + ".spi..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INTERNAL + ".manager..");

  @ArchTest
  static final ArchRule the_provider_uses_only_the_manager_and_the_settings =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".spi..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INTERNAL + ".cache..",
              PIPELINE + "..",
              STORE + "..",
              INTERNAL + ".outage..",
              INTERNAL + ".feed..",
              CODEC + "..",
              REDIS + "..");

  @ArchTest
  static final ArchRule entries_do_no_io =
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
              ROOT + ".codec..",
              INTERNAL + ".entry..");

  /** The root package may use Redisson, because it accepts a client that the application made. */
  @ArchTest
  static final ArchRule only_the_lower_layers_use_redisson =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, REDIS + "..", STORE + "..", INTERNAL + ".feed..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.redisson..");

  /**
   * Redisson's public Javadoc covers its API, its configuration and its codecs. ExecutorTransport
   * is an optional exception: without it, Corral uses the public API.
   */
  @ArchTest
  static final ArchRule only_redissons_public_api =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(REDIS + ".ExecutorTransport")
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
              "org.redisson.transaction..");

  @ArchTest
  static final ArchRule only_the_redisson_factory_from_package_org_redisson =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.<JavaClass>describe(
                  "are in org.redisson, other than Redisson itself",
                  type ->
                      type.getPackageName().equals("org.redisson")
                          && !type.getName().equals("org.redisson.Redisson")));

  /** Only the Redis packages may use Netty, for the buffers of Redisson's codecs. */
  @ArchTest
  static final ArchRule only_the_redis_packages_use_netty =
      noClasses()
          .that()
          .resideOutsideOfPackages(REDIS + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule public_types_expose_nothing_internal =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT, ROOT + ".codec..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INTERNAL + "..");

  private static ArchCondition<JavaConstructor> haveAtMostParameters(int limit) {
    return new ArchCondition<>("have at most " + limit + " parameters") {
      @Override
      public void check(JavaConstructor constructor, ConditionEvents events) {
        int parameters = constructor.getRawParameterTypes().size();
        events.add(
            new SimpleConditionEvent(
                constructor,
                parameters <= limit,
                constructor.getFullName() + " has " + parameters + " parameters"));
      }
    };
  }

  private static int level(JavaClass type) {
    return TOP_DOWN.indexOf(type.getPackageName());
  }

  private static SliceAssignment topLevelClassesOf(String packageName) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().startsWith(packageName)
            ? SliceIdentifier.of(topLevel(type).getName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "top-level classes of " + packageName;
      }
    };
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
  }
}
