/** The annotations of JSR-107, which Spring implements. */
@NullMarked
package dev.corral.spring.annotations;

import org.jspecify.annotations.NullMarked;
