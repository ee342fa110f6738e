using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers;

static class CardNumber
{
    const int ShortestNumber = 12;
    const int LongestNumber = 19;
    const int BinLength = 6;
    const int TailLength = 4;

    public static bool IsValid(string number) =>
        number.Length is >= ShortestNumber and <= LongestNumber
            && number.All(char.IsAsciiDigit)
            && LuhnSum(number) % 10 == 0;

    /// <summary>What may be kept of a number.</summary>
    public static CardSummary Summary(string number) =>
        new(number[..BinLength], number[^TailLength..], Brand(number));

    // Adyen's names of the brands.
    static string Brand(string number) => number switch
    {
        ['4', ..] => "visa",
        ['5', >= '1' and <= '5', ..] or ['2', >= '2' and <= '7', ..] => "mc",
        ['3', '4' or '7', ..] => "amex",
        ['3', '5', ..] => "jcb",
        ['3', '0' or '6' or '8', ..] => "diners",
        ['6', '2', ..] => "cup",
        ['6', '0' or '4' or '5', ..] => "discover",
        ['5' or '6', ..] => "maestro",
        _ => "card",
    };

    static int LuhnSum(string number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
        }
        return sum;
    }
}
