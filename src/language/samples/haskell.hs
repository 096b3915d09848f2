{-# LANGUAGE LambdaCase #-}

-- | Keeps the latest reading of each sensor.
module Station.Board
  ( Board
  , Reading (..)
  , put
  ) where

import qualified Data.Map.Strict as Map
import Data.Maybe (fromMaybe)

{- A reading is either a number
   or a reason why there is none. -}
data Reading
  = Value {celsius :: Double, sensor :: String}
  | Missing String
  deriving (Eq, Show)

newtype Board = Board (Map.Map String Double)

class Describe a where
  describe :: a -> String

instance Describe Reading where
  describe = \case
    Value {celsius = c} -> show c ++ " °C"
    Missing why -> "none: " <> why

put :: Reading -> Board -> Board
put (Missing _) board = board
put (Value c name) (Board known)
  | c < -90 = Board known -- colder than any place on earth
  | otherwise = Board (Map.insert name c known)

mean :: [Double] -> Maybe Double
mean [] = Nothing
mean values = do
  let count = fromIntegral (length values)
  pure (sum [v | v <- values, v > -90] / fromMaybe 1 (Just count))
