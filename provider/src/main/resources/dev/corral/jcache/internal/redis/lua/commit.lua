--[[
  Does to one entry what was chosen; the part of apply.lua that writes.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local NONE, CREATED, UPDATED, REMOVED, BORN_EXPIRED = 0, 1, 2, 3, 4

local function store(entry, bytes, due)
  if due == 0 then
    redis.call('SET', entry, bytes)
  elseif due <= now then
    redis.call('UNLINK', entry)
  else
    redis.call('SET', entry, bytes, 'PX', decimal(due - now))
  end
end

-- Puts, touches, removes or discards (removes untold); gives the effect and the deadline that the entry has now.
local function commit(entry, chosen, live, value, generation, due)
  if chosen == 'put' then
    if not live and due ~= 0 and due <= now then
      return BORN_EXPIRED, 0
    end
    store(entry, seal(value, generation, due), due)
    return live and UPDATED or CREATED, due
  elseif chosen == 'touch' then
    redis.call('SETRANGE', entry, DEADLINE_OFFSET, struct.pack('>I8', due))
    expireAt(entry, due)
  elseif chosen == 'remove' or chosen == 'discard' then
    redis.call('UNLINK', entry)
    return chosen == 'remove' and live and REMOVED or NONE, 0
  end
  return NONE, due
end
