/** Tests of Corral's Spring Boot starter with one version of Spring Boot. */
@NullMarked
package dev.corral.spring.tests;

import org.jspecify.annotations.NullMarked;
