--[[
  Claims the periodic refreshes of some keys, so that one JVM refreshes each of them in an interval.
  A claim lasts for the interval, and ends by itself.

  KEYS    the claims of the keys
  ARGV    the interval in ms; '1' to claim a key again that is claimed, because it was loaded
  Result  for each key 0 if the caller has its claim now, else the ms until it can be claimed
]]
local interval, waits = tonumber(ARGV[1]), {}
for i, claim in ipairs(KEYS) do
  local left = redis.call('PTTL', claim)
  -- A claim without an end is damaged; one with a later end has an interval that was changed.
  if left < 0 or left > interval or ARGV[2] == '1' then
    redis.call('SET', claim, '', 'PX', ARGV[1])
    waits[i] = 0
  else
    waits[i] = math.max(left, 1)
  end
end
return waits
