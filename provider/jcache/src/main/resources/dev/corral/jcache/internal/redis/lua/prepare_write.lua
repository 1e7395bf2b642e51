--[[
  Prepares entries for a cache writer: should the JVM die between writer and cache, nothing stale stays. Their mark says
  that a writer is at work, so no load stores what it read meanwhile; a live entry gets a short time to live; a ticket or
  a remembered miss is torn up. The commit takes the mark away, or finds that another writer was at work since.

  KEYS    generation, interests, sequence, then for each entry the entry and its mark
  ARGV    mark, time in ms that a mark stands, time in ms that an entry stands
  Result  nothing
]]
local generation, mark, markMillis, entryMillis = currentGeneration(KEYS[1]), ARGV[1], ARGV[2], tonumber(ARGV[3])
hearNear(KEYS[2])
for i = 4, #KEYS, 2 do
  redis.call('SET', KEYS[i + 1], mark, 'PX', markMillis)
  local state = stateOf(redis.call('GETRANGE', KEYS[i], 0, HEADER_LENGTH - 1), generation)
  if state == LIVE then
    local left = redis.call('PTTL', KEYS[i])
    if left < 0 or left > entryMillis then redis.call('PEXPIRE', KEYS[i], entryMillis) end
    redis.call('SETRANGE', KEYS[i], FLAGS_OFFSET, string.char(WRITING_FLAG))
  elseif state ~= ABSENT then
    redis.call('UNLINK', KEYS[i])
  end
  forget(KEYS[i])
end
tellNear(KEYS[3])
