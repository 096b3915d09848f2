#import <Foundation/Foundation.h>

/* Keeps the latest reading of each sensor. */
@protocol BoardDelegate <NSObject>
- (void)boardDidChange:(NSString *)sensor;
@end

@interface Board : NSObject
@property (nonatomic, weak) id<BoardDelegate> delegate;
@property (nonatomic, readonly) NSUInteger count;
- (BOOL)put:(NSNumber *)value forSensor:(NSString *)sensor;
@end

@implementation Board {
    NSMutableDictionary *_latest;
}

- (instancetype)init {
    self = [super init];
    if (self) {
        _latest = [NSMutableDictionary dictionary];
    }
    return self;
}

// Colder than any place on earth: refused.
- (BOOL)put:(NSNumber *)value forSensor:(NSString *)sensor {
    if ([value doubleValue] < -90.0) {
        return NO;
    }
    _latest[sensor] = value;
    [self.delegate boardDidChange:sensor];
    return YES;
}

- (NSUInteger)count {
    return [_latest count];
}

@end
