--[[
  Puts values into entries of one bucket, whatever they hold: what apply.lua does for plain puts, in fewer steps and
  without a look at what stands there, for an entry that was there is to live as long as a new one.

  KEYS, ARGV  those of puts.lua
  Result      1; 0 if nothing was done, because somebody listens to changes
]]
if isHeard() then return 0 end
local generation, values = currentGeneration(KEYS[1]), valuesOfEntries()
if creation == NEVER then
  local header, forever = seal(NO_FLAGS, '', generation, 0, 0), {}
  for i, value in ipairs(values) do
    forever[2 * i - 1], forever[2 * i] = KEYS[FIRST_ENTRY + i - 1], header .. value
  end
  redis.call('MSET', unpack(forever))
else
  local header, millis = seal(NO_FLAGS, '', generation, now + creation, 0), decimal(creation + retention)
  for i, value in ipairs(values) do
    redis.call('SET', KEYS[FIRST_ENTRY + i - 1], header .. value, 'PX', millis)
  end
end
if nearIsHeard then
  for i = FIRST_ENTRY, #KEYS do forget(KEYS[i]) end
  tellNear(KEYS[3])
end
return 1
