/** The auto-configuration of Corral for Spring Boot 3.5 and 4. */
@NullMarked
package dev.corral.spring.boot;

import org.jspecify.annotations.NullMarked;
