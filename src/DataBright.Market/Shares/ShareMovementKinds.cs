using DataBright.Market.Movements;

namespace DataBright.Market;

/// <summary>Why shares move money.</summary>
public static class ShareMovementKinds
{
    extension(MovementKind)
    {
        /// <summary>A dividend by shares.</summary>
        public static MovementKind Dividend => new("Dividend");
    }
}
