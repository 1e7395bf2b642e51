--[[
  Fences entries before a cache writer is called, so that nothing stale stays if the JVM dies
  between writer and cache. No load stores what it read while the write fence exists; a live entry
  gets a short time to live; a load ticket or a negative entry is removed. The commit removes the
  fence, or finds that another writer has replaced it. If transactions have recorded intents, the
  writer shares their fence (see intents.lua), and its commit removes the entry.

  KEYS    generation, subscriptions, sequence, then for each entry the entry and its write fence
  ARGV    the fence, time in ms that a fence lasts, time in ms that a fenced entry lasts
  Result  nothing
]]
local generation, fence = currentGeneration(KEYS[1]), ARGV[1]
local fenceTime, entryTime = tonumber(ARGV[2]), tonumber(ARGV[3])
readNearSubscriptions(KEYS[2])
for i = 4, #KEYS, 2 do
  if isShared(KEYS[i + 1]) then
    joinFence(KEYS[i + 1], fence, fenceTime)
  else
    redis.call('SET', KEYS[i + 1], fence, 'PX', fenceTime)
  end
  local state = stateOf(headerOf(KEYS[i]), generation)
  if state == LIVE then
    local left = redis.call('PTTL', KEYS[i])
    if left < 0 or left > entryTime then redis.call('PEXPIRE', KEYS[i], entryTime) end
    redis.call('SETRANGE', KEYS[i], FLAGS_OFFSET, string.char(FENCED_FLAG))
  elseif state ~= ABSENT then
    redis.call('UNLINK', KEYS[i])
  end
  invalidate(KEYS[i])
end
publishInvalidations(KEYS[3])
