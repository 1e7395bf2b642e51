--[[
  Ends the write fence of a writer, if it is still the writer's, or the writer's part of a fence
  that it shares with intents.

  KEYS    write fence
  ARGV    token of the writer
  Result  1 if it was the writer's
]]
return leaveFence(KEYS[1], ARGV[1])
